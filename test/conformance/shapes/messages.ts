import { address, flag, integer, list, nullable, shape, text, time, uuid, words } from './schema.ts'
import { named, person } from './set-up.ts'

const record = { id: uuid, created_at: time, updated_at: time }
const direction = words('inbound', 'outbound')

export const call = shape({
  ...record,
  direction,
  outcome: nullable(text),
  from: nullable(text),
  to: nullable(text),
  deal: nullable(named),
  process: nullable(named),
  recording_url: nullable(address),
})

export const textMessage = shape({
  ...record,
  to: text,
  from: text,
  description: nullable(text),
  body: nullable(text),
  direction,
  manually_added: flag,
})

export const conversation = shape({
  ...record,
  kind: words('email', 'phone'),
  inbox: text,
  subject: text,
  status: words('active', 'resolved'),
  tags: list(text),
  assignee: nullable(person),
  link: address,
})

export const uploadedFile = shape({
  ...record,
  name: text,
  size: integer,
  content_type: text,
  url: address,
})

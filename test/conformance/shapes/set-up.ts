import { historyEntry } from './events.ts'
import {
  address,
  integer,
  list,
  nullable,
  object,
  type Schema,
  shape,
  text,
  time,
  uuid,
  words,
} from './schema.ts'

const record = { id: uuid, created_at: time, updated_at: time }
export const named = object({ id: uuid, name: text })
export const person = object({ id: uuid, name: text, email: text })
export const linkedPerson = object({ id: uuid, name: text, email: text, link: address })

/** Words of a pipeline's stages that were seen (`contract.md` §4). */
export const stageStatus = words('prospect', 'lead', 'active', 'won', 'lost', 'past', 'invalid')
export const processStatus = words('backlog', 'working', 'completed', 'canceled')
export const stageOfDeal = object({ id: uuid, name: text, status: stageStatus })
export const stageOfProcess = object({ id: uuid, name: text, status: processStatus })
export const taskKind = words('todo', 'email', 'call', 'meet', 'sms', 'change_stage', 'process')

export const account = shape({ ...record, name: text, time_zone: text })

export const user = shape(
  { ...record, name: text, email: text },
  { added: { role: words('admin', 'member') } },
)

/** What a key may do; Latchkey alone tells it. */
export const apiKey = shape({
  id: uuid,
  name: text,
  scopes: list(text),
  pipelines: nullable(list(named)),
  process_types: nullable(list(named)),
})

export const pipeline = shape({ ...record, name: text, link: address })

export const stage = shape(
  { ...record, name: text, status: stageStatus },
  { added: { position: integer, pipeline: named } },
)

export const source = shape({ ...record, name: text }, { added: { pipeline: named } })

export const processType = shape(
  { ...record, name: text, link: address },
  { added: { naming_template: nullable(text) } },
)

export const processStage = shape(
  { ...record, name: text, status: processStatus },
  { added: { position: integer, process_type: named } },
)

export const step = shape(
  { ...record, kind: taskKind, description: text, delay_minutes: integer, name: nullable(text) },
  { added: { position: integer, stage: stageOfProcess, process_type_id: uuid } },
)

export const role = shape({ ...record, key: text, name: text }, { added: { process_type: named } })

export const propertyGroup = shape({ ...record, name: text }, { added: { property_count: integer } })

export const tag = shape({ ...record, name: text }, { added: { record_count: integer } })

const dataType = words('text', 'choices', 'number', 'currency', 'percentage', 'date', 'date_time', 'url')
const category = words('property', 'unit', 'contact', 'deal', 'process')
const key = { type: 'string', pattern: '^[a-z][a-z0-9_]*$' }

export const customField = shape(
  {
    created_at: time,
    updated_at: time,
    id: uuid,
    label_id: uuid,
    key,
    label: text,
    data_type: dataType,
    options: list(text),
    category,
  },
  { added: { process_type: nullable(named) } },
)

/** With the value that fits its data type; `""` is an empty text, null an empty number or date (§1). */
function customValueOf(types: readonly string[], value: Schema): Schema {
  return object({
    created_at: time,
    updated_at: time,
    label_id: uuid,
    key,
    value,
    label: text,
    data_type: words(...types),
    options: list(text),
    category,
  })
}

export const customValue: Schema = {
  anyOf: [
    customValueOf(['text', 'choices', 'url'], text),
    customValueOf(['number', 'currency', 'percentage'], { type: ['number', 'null'] }),
    // Unix seconds.
    customValueOf(['date', 'date_time'], { type: ['integer', 'null'] }),
  ],
}

/** The keys of a value, in the order of the contract. */
export const customValueOrder = [
  'created_at',
  'updated_at',
  'label_id',
  'key',
  'value',
  'label',
  'data_type',
  'options',
  'category',
]

export const withCustomFields = { include_custom_fields: { custom_fields: list(customValue) } }

export const stay = object({
  ...historyEntry,
  stage: object({ id: uuid, name: text, status: text }),
  entered_at: time,
  left_at: nullable(time),
  seconds: integer,
})

import Type from 'typebox'
import { integer } from '../../resource-layer/fields/number.ts'
import { phone } from '../../resource-layer/fields/phone.ts'
import { nullableIf } from '../../resource-layer/fields/schemas.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import {
  associations,
  direction,
  itsConversation,
  messageBounds,
  remark,
} from '../messages/messages.fields.ts'
import { leaveConversation, rejoinConversation } from '../messages/messages.threads.ts'
import { acceptRecordingUrl, placeCall } from './calls.rules.ts'

export const calls = defineResource({
  name: 'calls',
  singular: 'call',
  title: 'Calls',
  area: 'messages',
  bounds: messageBounds,
  description: 'A phone call that was made or taken. Calls are recorded here, not placed.',
  hooks: { beforeWrite: placeCall, beforeDelete: leaveConversation, beforeRestore: rejoinConversation },
  fields: {
    id: id(),
    direction: direction(),
    outcome: text({
      column: 'outcome',
      description: 'How it ended, in your words, such as `connected`, `no answer` or `left message`.',
      example: 'connected',
      max: 100,
      filter: true,
      sort: true,
      search: true,
    }),
    from: phone({ column: 'from', description: 'The number that called; empty where it is not known.' }),
    to: phone({ column: 'to', description: 'The number that was called; empty where it is not known.' }),
    description: remark(),
    duration_seconds: integer({
      column: 'duration_seconds',
      description: 'How long it lasted, in seconds.',
      example: 184,
      min: 0,
    }),
    recording_url: {
      ...text({
        column: 'recording_url',
        description: 'Where the recording is, at the provider.',
        example: 'https://recordings.example.com/1042.mp3',
        max: 2_000,
        nullable: true,
      }),
      write: {
        names: ['recording_url'],
        schema: nullableIf(true, Type.String({ format: 'uri', maxLength: 2_000 })),
        accept: acceptRecordingUrl,
      },
    },
    ...associations(),
    conversation: itsConversation({}),
    created_at: recordTime('created_at', { writable: true }),
    updated_at: recordTime('updated_at'),
  },
})

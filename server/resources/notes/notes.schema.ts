import { choice } from '../../resource-layer/fields/choice.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { completeNote, parent } from './notes.rules.ts'

export const notes = defineResource({
  name: 'notes',
  singular: 'note',
  title: 'Notes',
  area: 'notes',
  bounds: parent.bounds,
  description: 'Something written down about a record: a remark, a logged e-mail, a call.',
  hooks: { beforeWrite: completeNote, beforeRestore: parent.beforeRestore },
  fields: {
    id: id(),
    parent_type: parent.typeField,
    parent_id: parent.idField,
    description: text({
      column: 'description',
      description: 'What it says; newlines are kept.',
      example: 'Called back: the roof was redone in 2024.',
      required: true,
      long: true,
      search: true,
    }),
    kind: {
      ...text({
        column: 'kind',
        description: 'What it records, such as `note`, `email` or `call`.',
        example: 'note',
        max: 50,
        filter: true,
        sort: true,
      }),
      initial: { kind: 'note' },
    },
    direction: choice({
      column: 'direction',
      description: 'For messages: which way it went.',
      choices: ['inbound', 'outbound'],
    }),
    user: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who wrote it; by default the person behind the key.',
      shows: ['id', 'name', 'email'],
      unknown: 'unknown_user',
    }),
    created_at: recordTime('created_at', { writable: true }),
    updated_at: recordTime('updated_at'),
  },
})

import Type from 'typebox'
import { choice } from '../../resource-layer/fields/choice.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { id, idFilter, recordTime } from '../../resource-layer/fields/standard.ts'
import { text, textFilter } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import {
  acceptParentId,
  acceptParentType,
  checkParent,
  parentTypes,
  requireLiveParent,
  searchParentType,
} from './notes.rules.ts'

export const notes = defineResource({
  name: 'notes',
  singular: 'note',
  title: 'Notes',
  description: 'Something written down about a record: a remark, a logged e-mail, a call.',
  hooks: { beforeWrite: checkParent, beforeRestore: requireLiveParent },
  fields: {
    id: id(),
    parent_type: {
      description: 'What kind of record it belongs to. `Deal` and `deals` are both understood.',
      example: 'Deal',
      schema: Type.String({ enum: [...parentTypes.keys()] }),
      columns: ['parent_type'],
      present: (row) => row.parent_type,
      filters: [{ ...textFilter('parent_type'), apply: searchParentType }],
      write: { names: ['parent_type'], schema: Type.String(), required: true, accept: acceptParentType },
    },
    parent_id: {
      description: 'The record it belongs to.',
      schema: idSchema,
      columns: ['parent_id'],
      present: (row) => row.parent_id,
      filters: [idFilter('parent_id', 'Only the notes of these records.')],
      write: { names: ['parent_id'], schema: idSchema, required: true, accept: acceptParentId },
    },
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

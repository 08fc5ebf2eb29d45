import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { countRecords, keyTag, refuseTakenName } from './tags.rules.ts'

export const tags = defineResource({
  name: 'tags',
  singular: 'tag',
  title: 'Tags',
  area: 'setup',
  description:
    'A word that records are marked with. Renaming or deleting a tag shows on every record that has it.',
  hooks: { beforeWrite: keyTag, beforeRestore: refuseTakenName },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'The word; one once, whatever the case of its letters.',
      example: 'vip',
      max: 100,
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    record_count: loaded({
      description: 'How many records have it.',
      example: 12,
      schema: Type.Integer(),
      load: countRecords,
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

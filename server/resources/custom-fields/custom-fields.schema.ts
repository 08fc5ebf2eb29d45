import Type from 'typebox'
import { dataTypes } from '../../resource-layer/custom-values.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { acceptOptions, keyField, refuseTakenKey } from './custom-fields.rules.ts'

export const customFieldCategories = ['property', 'unit', 'contact', 'deal', 'process'] as const

export const customFields = defineResource({
  name: 'custom_fields',
  singular: 'custom_field',
  title: 'Custom fields',
  area: 'setup',
  bounds: { place: { kind: 'process_type', column: 'process_type_id', nullable: true } },
  description:
    'A field that the account adds to its properties, units, contacts, deals or processes. Values are written through the record.',
  setup: true,
  hooks: { beforeWrite: keyField, beforeRestore: refuseTakenKey },
  fields: {
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    id: id(),
    label_id: computed({
      description: 'The same as `id`: what the values of this field carry as `label_id`.',
      schema: idSchema,
      columns: ['id'],
      present: (row) => row.id,
    }),
    key: text({
      column: 'key',
      description:
        'The name in `custom_fields`, in snake_case; made from the label when it is not sent. It stays when the label changes.',
      example: 'pet_policy',
      max: 100,
      filter: true,
      sort: true,
      search: true,
    }),
    label: text({
      column: 'label',
      description: 'What people see.',
      example: 'Pet policy',
      required: true,
      aliases: ['name'],
      filter: true,
      sort: true,
      search: true,
    }),
    data_type: choice({
      column: 'data_type',
      description: 'What it holds. It cannot change once records have values.',
      choices: dataTypes,
      required: true,
    }),
    options: {
      description: 'What a field of type `choices` may hold.',
      example: ['none', 'cats', 'dogs'],
      schema: Type.Array(Type.String()),
      columns: ['options'],
      initial: { options: '[]' },
      present: (row) => JSON.parse(String(row.options)),
      write: {
        names: ['options'],
        schema: Type.Array(Type.String(), { maxItems: 500 }),
        accept: acceptOptions,
      },
    },
    category: choice({
      column: 'category',
      description: 'Which records have it.',
      choices: customFieldCategories,
      required: true,
      fixed: true,
    }),
    process_type: reference({
      column: 'process_type_id',
      to: 'process_types',
      description:
        'Of the category `process`: the type whose processes have it; null for those of every type.',
      shows: ['id', 'name'],
      fixed: true,
      unknown: 'unknown_process_type',
    }),
  },
})

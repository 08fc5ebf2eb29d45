import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { addFirstStages, deleteProcessType, restoreProcessType } from './process-types.rules.ts'

export const processTypes = defineResource({
  name: 'process_types',
  singular: 'process_type',
  title: 'Process types',
  area: 'setup',
  bounds: { place: { kind: 'process_type', column: 'id' } },
  description:
    'A kind of repeatable work on properties, such as moving in or renewing a lease, with its stages, steps, roles and custom fields.',
  setup: true,
  hooks: {
    beforeWrite: addFirstStages,
    beforeDelete: deleteProcessType,
    beforeRestore: restoreProcessType,
  },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called.',
      example: 'Lease Renewals',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    naming_template: text({
      column: 'naming_template',
      description:
        'Names a process that is created without a name. Known are `{{process_type.name}}`, `{{process.id}}`, `{{property.address}}` (or `street`, `city`, `state`, `zip_code`, `full_address`) and `{{contact.name}}` (or `first_name`, `last_name`, `company_name`); what has no data becomes empty.',
      example: 'Renewal of {{property.street}}',
      nullable: true,
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('process_types'),
  },
})

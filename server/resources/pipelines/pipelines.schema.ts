import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { addFirstStages, deletePipeline, restorePipeline } from './pipelines.rules.ts'

export const pipelines = defineResource({
  name: 'pipelines',
  singular: 'pipeline',
  title: 'Pipelines',
  area: 'setup',
  bounds: { place: { kind: 'pipeline', column: 'id' } },
  description:
    'A pipeline tracks one kind of relationship (owners, tenants, applicants, vendors) through its stages.',
  setup: true,
  hooks: { beforeWrite: addFirstStages, beforeDelete: deletePipeline, beforeRestore: restorePipeline },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called.',
      example: 'Prospective Owners',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('pipelines'),
  },
})

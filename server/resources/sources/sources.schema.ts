import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { itsPipeline } from '../pipelines/pipelines.field.ts'
import { refuseSameName, refuseTakenSource } from './sources.rules.ts'

export const sources = defineResource({
  name: 'sources',
  singular: 'source',
  title: 'Sources',
  area: 'setup',
  bounds: { place: { kind: 'pipeline', column: 'pipeline_id' } },
  managedBy: 'manage_sources',
  description: 'Where the leads of a pipeline come from: a website, a referral, a listing.',
  setup: true,
  hooks: { beforeWrite: refuseSameName, beforeRestore: refuseTakenSource },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called; one name once in a pipeline.',
      example: 'Website form',
      required: true,
      filter: true,
      sort: true,
      search: true,
    }),
    pipeline: itsPipeline(),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

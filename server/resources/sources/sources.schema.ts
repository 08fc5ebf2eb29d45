import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { refuseSameName, refuseTakenSource } from './sources.rules.ts'

export const sources = defineResource({
  name: 'sources',
  singular: 'source',
  title: 'Sources',
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
    pipeline: reference({
      column: 'pipeline_id',
      to: 'pipelines',
      description: 'The pipeline it belongs to.',
      shows: ['id', 'name'],
      required: true,
      fixed: true,
      unknown: 'unknown_pipeline',
    }),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

import { boolean } from '../../resource-layer/fields/boolean.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { taskKinds } from '../steps/steps.kinds.ts'
import { completedFilter, doneOnTimeFilter, dueTypeFilter } from './tasks.due.ts'
import { taskEvents } from './tasks.events.ts'
import { itsDeal, itsProcess, itsStep } from './tasks.parents.ts'
import { completeTask, requireLiveParents } from './tasks.rules.ts'

const dueAt = time({ column: 'due_at', description: 'When it is due.', example: '2026-03-31T17:00:00Z' })
const completedAt = time({
  column: 'completed_at',
  description: 'When it was done or skipped; null while it is open.',
})

export const tasks = defineResource({
  name: 'tasks',
  singular: 'task',
  title: 'Tasks',
  area: 'tasks',
  bounds: {
    owner: 'user_id',
    through: [
      { column: 'deal_id', table: 'deals' },
      { column: 'process_id', table: 'processes' },
    ],
  },
  description: 'Something that somebody has to do, mostly for a process or a deal.',
  events: taskEvents,
  hooks: { beforeWrite: completeTask, beforeRestore: requireLiveParents },
  fields: {
    id: id(),
    kind: choice({ column: 'kind', description: 'What it asks for.', choices: taskKinds, default: 'todo' }),
    description: text({
      column: 'description',
      description: 'What is to be done; newlines are kept.',
      example: 'Send the renewal offer.',
      long: true,
      nullable: true,
      search: true,
    }),
    name: text({
      column: 'name',
      description: 'A short name.',
      example: 'Renewal offer',
      nullable: true,
      filter: true,
      sort: true,
      search: true,
    }),
    skipped: boolean({
      column: 'skipped',
      description: 'Whether it was skipped. A skipped task has a `completed_at` as well.',
    }),
    auto_send: boolean({
      column: 'auto_send',
      description: 'Of an e-mail or text: whether it is to be sent by itself.',
    }),
    auto_send_error: text({
      column: 'auto_send_error',
      description: 'Why it could not be sent by itself.',
      nullable: true,
      long: true,
    }),
    due_at: { ...dueAt, filters: [...(dueAt.filters ?? []), dueTypeFilter] },
    completed_at: {
      ...completedAt,
      filters: [...(completedAt.filters ?? []), completedFilter, doneOnTimeFilter],
    },
    process: itsProcess(),
    deal: itsDeal(),
    assignee: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who has to do it; by default who works on its process.',
      shows: ['id', 'name', 'email'],
      aliases: ['assignee_id'],
      filterNames: ['assignee_id'],
      unknown: 'unknown_user',
    }),
    step: itsStep(),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
  },
})

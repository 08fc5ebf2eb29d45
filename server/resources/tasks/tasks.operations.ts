import { type Input, requireRecord, update } from '../../resource-layer/write.ts'
import { accessTo, type Operation } from '../../rest/operation.ts'
import { recordReply } from '../../rest/replies.ts'
import { idParameter, pascal, recordShape } from '../../rest/shapes.ts'
import type { Row } from '../../storage/account-store.ts'
import { tasks } from './tasks.schema.ts'

interface Act {
  verb: 'complete' | 'skip' | 'reopen'
  description: string
  /** What the act writes, at a time in milliseconds since 1970. */
  fields(task: Row, at: number): Input['fields']
}

const acts: readonly Act[] = [
  {
    verb: 'complete',
    description: 'Marks it as done now. One that is done stays as it is; a skipped one is done after all.',
    fields: ({ completed_at: done, skipped }, at) =>
      done !== null && skipped === 0 ? {} : { skipped: false, completed_at: iso(at) },
  },
  {
    verb: 'skip',
    description: 'Marks it as skipped now. One that is skipped stays as it is.',
    fields: ({ skipped }, at) => (skipped === 1 ? {} : { skipped: true, completed_at: iso(at) }),
  },
  {
    verb: 'reopen',
    description: 'Makes it an open task again. One that is open stays as it is.',
    fields: () => ({ skipped: false, completed_at: null }),
  },
]

/** `POST /tasks/{id}/complete`, `/skip` and `/reopen`. */
export function taskActs(): Operation[] {
  return acts.map(({ verb, description, fields }) => ({
    id: `${verb}${pascal(tasks.singular)}`,
    method: 'POST',
    path: `/${tasks.name}/{id}/${verb}`,
    tag: tasks.title,
    summary: `${pascal(verb)} a task`,
    description,
    parameters: [idParameter],
    responses: [recordShape(tasks)],
    ...accessTo(tasks, 'write'),
    handle: (call) =>
      call.write(async (writer, read) => {
        const task = await requireRecord(writer, tasks, call.path.id ?? '', 'update')
        call.requireMatch(task)
        const input = { fields: fields(task, writer.at), wrapper: null }
        return recordReply(tasks, await update(writer, tasks, task, input, call.writeSettings), { read })
      }),
  }))
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

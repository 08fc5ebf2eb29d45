import type { OpenWork, Work } from '../../accounts/open-work.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { amend } from '../../resource-layer/write.ts'
import type { AccountStore, AccountWriter, Row, Select, Value } from '../../storage/account-store.ts'
import { conversations } from '../conversations/conversations.schema.ts'
import { openStatuses } from '../deals/deals.rules.ts'
import { deals } from '../deals/deals.schema.ts'
import { processes } from '../processes/processes.schema.ts'
import { tasks } from '../tasks/tasks.schema.ts'

/** Whoever leaves hands over what is open; what is done stays theirs, because it tells who did it. */
export const work: Work = {
  async openWorkOf(store, userId) {
    return {
      deals: await count(openDeals(store, userId)),
      processes: await count(openProcesses(store, userId)),
      tasks: await count(openTasks(store, userId)),
      conversations: await count(activeConversations(store, userId)),
    }
  },
  async handOver(writer, from, to) {
    const handed: OpenWork = {
      deals: await reassign(writer, deals, openDeals(writer, from), to),
      processes: await handOverProcesses(writer, from, to),
      tasks: await reassign(writer, tasks, openTasks(writer, from), to),
      conversations: await reassign(writer, conversations, activeConversations(writer, from), to),
    }
    return handed
  },
}

function openDeals(store: AccountStore, userId: string): Select {
  const open = store.from('stages').select('id').where('status', 'in', openStatuses)
  return store
    .from('deals')
    .where('deals.user_id', '=', userId)
    .where('deals.deleted_at', 'is', null)
    .where('deals.stage_id', 'in', open)
}

/** Those that the person works on, and those in which they play a role. */
function openProcesses(store: AccountStore, userId: string): Select {
  const roles = store.from('process_users').select('process_id').where('user_id', '=', userId)
  return store
    .from('processes')
    .where('processes.deleted_at', 'is', null)
    .where('processes.closed_at', 'is', null)
    .where((row) => row.or([row('processes.user_id', '=', userId), row('processes.id', 'in', roles)]))
}

function openTasks(store: AccountStore, userId: string): Select {
  return store
    .from('tasks')
    .where('tasks.user_id', '=', userId)
    .where('tasks.deleted_at', 'is', null)
    .where('tasks.completed_at', 'is', null)
}

function activeConversations(store: AccountStore, userId: string): Select {
  return store
    .from('conversations')
    .where('conversations.user_id', '=', userId)
    .where('conversations.deleted_at', 'is', null)
    .where('conversations.status', '=', 'active')
}

async function count(query: Select): Promise<number> {
  const row = await query.select((on) => on.fn.countAll<number>().as('count')).executeTakeFirst()
  return Number(row?.count ?? 0)
}

async function reassign(
  writer: AccountWriter,
  resource: Resource,
  query: Select,
  to: string,
): Promise<number> {
  const rows = await query.selectAll().execute()
  for (const row of rows) await amend(writer, resource, row, { user_id: to })
  return rows.length
}

async function handOverProcesses(writer: AccountWriter, from: string, to: string): Promise<number> {
  const rows = await openProcesses(writer, from).selectAll().execute()
  for (const row of rows) {
    const noted = await handOverRoles(writer, row, from, to)
    await amend(writer, processes, row, row.user_id === from ? { user_id: to } : {}, noted)
  }
  return rows.length
}

/** @returns the changes, as the log keeps who plays which role */
async function handOverRoles(writer: AccountWriter, process: Row, from: string, to: string) {
  const held = await writer
    .joined('process_users', 'assignee_roles', 'role_id', 'id')
    .select(['process_users.role_id as role_id', 'assignee_roles.key as key'])
    .where('process_users.process_id', '=', String(process.id))
    .where('process_users.user_id', '=', from)
    .execute()
  const noted: Record<string, [Value, Value]> = {}
  for (const { role_id: roleId, key } of held) {
    const where = { process_id: process.id ?? null, role_id: roleId ?? null }
    const people = await writer
      .from('process_users')
      .select('user_id')
      .where('process_id', '=', String(process.id))
      .where('role_id', '=', String(roleId))
      .orderBy('position')
      .execute()
    const before = people.map((row) => String(row.user_id))
    const after = [...new Set(before.map((id) => (id === from ? to : id)))]
    await writer.remove('process_users', where)
    await writer.insert(
      'process_users',
      after.map((id, position) => ({ ...where, user_id: id, position })),
    )
    noted[`assignee_roles.${key}`] = [JSON.stringify(before), JSON.stringify(after)]
  }
  return noted
}

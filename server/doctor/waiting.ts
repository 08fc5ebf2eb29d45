import type { Kysely } from 'kysely'
import { readQueues } from '../metrics/queues.ts'
import { lateAfter } from '../status/uptime.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf } from './finding.ts'

/** Longer than any pause between two looks at a queue, and than a slow receiver holds one up. In seconds. */
const stuckAfter = 15 * 60
const day = 24 * 3_600_000

/** Whether what is to be sent goes out, and whether somebody serves at all. */
export async function checkWaiting(reader: Kysely<Tables>, now: number): Promise<Findings> {
  const { ok, warning, problem } = findingsOf('outbox')
  const serves = await servedUntil(reader)
  const isServed = serves !== null && now - serves <= lateAfter
  const findings: Findings = []
  const queues = await readQueues(reader, now)
  for (const { name, due, lag } of queues) {
    if (lag <= stuckAfter) continue
    const says = `${due} ${name.replace('_', ' ')} have been due for ${Math.round(lag / 60)} minutes`
    if (isServed)
      findings.push(problem(says, `Look for "${name}" in the log of the server: what fails is said there`))
    else findings.push(warning(`${says}, and no server runs`, 'Start it'))
  }
  const failed = await failedMails(reader, now)
  if (failed > 0) {
    const says = `${failed} mails were given up within a day`
    findings.push(
      warning(says, 'Look for "A mail was given up" in the log, which says what the mail server answered'),
    )
  }
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0)
  return findings.length > 0 ? findings : [ok(`${waiting} wait, and none of them for too long`)]
}

/** Whether a server runs; when one last did. */
export async function checkServed(reader: Kysely<Tables>, now: number): Promise<Findings> {
  const { ok } = findingsOf('server')
  const last = await servedUntil(reader)
  if (last === null) return [ok('None has run yet')]
  const { count } = await reader
    .selectFrom('server_runs')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('last_seen_at', '>=', now - lateAfter)
    .where('ended', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) > 0) return [ok(`${count} ${Number(count) === 1 ? 'process serves' : 'processes serve'}`)]
  return [ok(`None runs; the last was seen at ${new Date(last).toISOString()}`)]
}

/** The clock of this machine, against that of the database and against what was written. */
export async function checkClock(
  reader: Kysely<Tables>,
  { now, databaseNow }: { now: number; databaseNow: number | null },
): Promise<Findings> {
  const { ok, problem } = findingsOf('clock')
  const todo =
    'Let NTP set the clock: the ends of keys, codes of second factors and the order of changes depend on it'
  const off = databaseNow === null ? 0 : now - databaseNow
  if (Math.abs(off) > mostOffMs) {
    return [problem(`It is ${Math.round(off / 1_000)} seconds off that of the database`, todo)]
  }
  const last = await servedUntil(reader)
  if (last !== null && last - now > mostOffMs) {
    const says = `It says ${new Date(now).toISOString()}, but a server ran at ${new Date(last).toISOString()}`
    return [problem(says, todo)]
  }
  return [
    ok(databaseNow === null ? 'It is not behind what was written' : 'It agrees with that of the database'),
  ]
}

const mostOffMs = 5_000

async function servedUntil(reader: Kysely<Tables>): Promise<number | null> {
  const row = await reader
    .selectFrom('server_runs')
    .select('last_seen_at')
    .orderBy('last_seen_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.last_seen_at ?? null
}

async function failedMails(reader: Kysely<Tables>, now: number): Promise<number> {
  const row = await reader
    .selectFrom('outgoing_mails')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('status', '=', 'failed')
    .where('next_attempt_at', '>', now - day)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

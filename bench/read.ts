import assert from 'node:assert/strict'
import { type Bare, openBare } from './bare.ts'
import { besideFloor } from './beside-floor.ts'
import type { Company } from './company.ts'
import { openLoadGenerator } from './load.ts'
import type { Measure, Section } from './measure.ts'
import { alternate, type Effort, served } from './rounds.ts'
import type { Server } from './server.ts'
import type { Surroundings } from './surroundings.ts'

const connections = 16
const listed = 100

/** One contact, and a page of tasks with what belongs to them, beside a bare server that sends the same bytes. */
export const read: Section = { name: 'read', measure }

async function measure({ engine, isQuick, company }: Surroundings): Promise<Measure[]> {
  const effort = isQuick ? { rounds: 1, seconds: 0.05 } : { rounds: 7, seconds: 2, warmUp: 3_000 }
  const opened = await company()
  const server = await opened.serve()
  const bare = await openBare()
  const get = async (path: string) => {
    const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${opened.key}` } })
    return (await response.json()) as { data: { id: string }[] }
  }
  const [contact] = (await get('/rest/contacts?per_page=1')).data
  const tasks = `/rest/tasks?per_page=${listed}`
  const { length } = (await get(tasks)).data
  if (length < listed && !isQuick) throw new Error(`The company has only ${length} tasks.`)
  const parts = { opened, server, bare, effort }
  const measures = [
    ...(await compared(`/rest/contacts/${contact?.id}`, 'GET a contact', {
      ...parts,
      atLeast: engine === 'sqlite' ? 0.5 : 0.2,
    })),
    ...(await compared(tasks, `list ${listed} tasks`, { ...parts, atLeast: 0.35 })),
  ]
  bare.close()
  return measures
}

async function compared(
  path: string,
  what: string,
  {
    opened: { key, database },
    server,
    bare,
    effort,
    atLeast,
  }: { opened: Company; server: Server; bare: Bare; effort: Effort; atLeast: number },
): Promise<Measure[]> {
  const headers = { authorization: `Bearer ${key}` }
  await bare.repeat(server.url + path, { headers })
  const generator = await openLoadGenerator()
  const order = { requests: [{ path, headers }], connections, status: 200 }
  const { own, floor } = await alternate(
    {
      floor: served(generator, { ...order, url: bare.url, pid: bare.pid }),
      own: served(generator, { ...order, url: server.url, pid: server.pid, database }),
    },
    effort,
  )
  generator.close()
  const sizes = [...own, ...floor].map(({ bytes }) => bytes ?? 0)
  // Counters in the headers make a few bytes.
  assert.ok(Math.max(...sizes) - Math.min(...sizes) < 50, `Answers of other sizes: ${sizes.join(', ')}`)
  return besideFloor(what, { own, floor, atLeast, atLeastByComputing: atLeast })
}

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { contact } from './create.ts'

export interface Counts {
  answered: number
  refused: number
  failed: number
  events: number
}

export interface Work {
  url: string
  key: string
  /** Where webhooks go. */
  receiver: string
  perSecond: number
  ending: AbortSignal
}

const mostKept = 200
const streamMs = 5_000

/** Works on an account as its programs do, at one rate whatever the answers, until it is told to end. */
export async function workOn(work: Work): Promise<Counts> {
  const { ending, perSecond, receiver } = work
  const counts: Counts = { answered: 0, refused: 0, failed: 0, events: 0 }
  const ids: string[] = []
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    try {
      const response = await fetch(`${work.url}/rest${path}`, {
        method,
        headers: {
          authorization: `Bearer ${work.key}`,
          ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await response.text()
      counts[response.ok ? 'answered' : response.status === 503 ? 'refused' : 'failed']++
      if (!response.ok && response.status !== 503) process.stderr.write(`${method} ${path}: ${text}\n`)
      return response.ok && text ? JSON.parse(text).data : null
    } catch (error) {
      counts.failed++
      process.stderr.write(`${method} ${path}: ${error}\n`)
      return null
    }
  }
  await send('POST', '/webhook_subscriptions', {
    event_names: ['contact.created', 'contact.deleted'],
    target_url: `${receiver}/soak`,
  })
  const acts: ((turn: number) => Promise<unknown>)[] = [
    async (turn) => {
      const external_ids = [{ source: 'soak', external_id: randomUUID() }]
      const made = (await send('POST', '/contacts', { ...contact(turn), external_ids })) as {
        id: string
      } | null
      if (made) ids.push(made.id)
    },
    () => send('GET', '/contacts?per_page=100'),
    async (turn) => ids[0] && send('PATCH', `/contacts/${ids.at(-1)}`, { last_name: `Field ${turn}` }),
    async () => ids[0] && send('GET', `/contacts/${ids.at(-1)}`),
    () => send('GET', '/contacts?query=field&per_page=20'),
    async () => ids.length > mostKept && send('DELETE', `/contacts/${ids.shift()}`),
    () => send('GET', '/events?per_page=20'),
  ]
  const following = follow(work, counts)
  const underWay = new Set<Promise<unknown>>()
  for (let turn = 0; !ending.aborted; turn++) {
    const done = acts[turn % acts.length]?.(turn)
    if (done) {
      underWay.add(done)
      done.finally(() => underWay.delete(done))
    }
    await wait(1_000 / perSecond)
  }
  await Promise.all(underWay)
  await following
  return counts
}

/** Follows the stream of events, and begins anew every few seconds as if the connection were lost. */
async function follow({ url, key, ending }: Work, counts: Counts): Promise<void> {
  while (!ending.aborted) {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(streamMs)])
    try {
      const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
      const response = await fetch(`${url}/rest/events/stream`, { headers, signal })
      if (!response.ok || !response.body) {
        counts[response.status === 503 ? 'refused' : 'failed']++
        await wait(streamMs)
        continue
      }
      for await (const chunk of response.body)
        counts.events += Buffer.from(chunk).toString().split('data:').length - 1
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readConfig } from '../../server/config.ts'
import { prepareDemo } from '../../server/demo/demo.ts'
import { start } from '../../server/main.ts'
import { recordedOrigin } from '../../server/reference/recorded-examples.ts'
import { captureOne } from '../api/records.ts'
import { stopClock } from './stopped-clock.ts'

/** The demo company of one seed and one day, on a server whose clock stands still. */
export interface DemoServer {
  /** Sends a request of the API with the demo's key. `path` is without `/rest`. */
  send(method: string, path: string, body?: string | FormData | null): Promise<Answered>
  /** Where its webhook delivers to. */
  receiverUrl: string
  stop(): Promise<void>
}

export interface Answered {
  status: number
  text: string
  /** Where what it created is, without `/rest`. */
  location: string | null
}

const json = { 'content-type': 'application/json' }

const today = '2026-11-23'
const noon = `${today}T20:00:00Z`

export async function startDemo(storage: { directory: string; url: string | null }): Promise<DemoServer> {
  const startClock = stopClock(noon)
  try {
    const config = readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: storage.directory,
      // Links and signatures come out the same wherever it runs.
      PUBLIC_URL: recordedOrigin,
      LATCHKEY_SECRET: 'the secret of the demo of the reference',
      LOG_LEVEL: 'silent',
      WEBHOOKS_ALLOW_PRIVATE: 'true',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
    })
    const { apiKey } = await prepareDemo(config, { seed: 1, tasks: 300, today })
    const running = await start(config)
    await running.publisher.publishAll()
    const address = running.app.server.address() as AddressInfo
    const base = `http://127.0.0.1:${address.port}/rest`
    const send: DemoServer['send'] = async (method, path, body) => {
      const headers = { authorization: `Bearer ${apiKey}`, ...(typeof body === 'string' ? json : {}) }
      const response = await fetch(`${base}${path}`, { method, headers, body: body ?? null })
      const location = response.headers.get('location')?.replace(`${recordedOrigin}/rest`, '') ?? null
      return { status: response.status, text: await response.text(), location }
    }
    const receiver = await startReceiver()
    await deliverSomething(send, receiver.url)
    const { id } = await running.engine.reader.selectFrom('accounts').select('id').executeTakeFirstOrThrow()
    await captureOne(running.engine, id)
    await running.publisher.publishAll()
    await running.webhooks.idle()
    return {
      send,
      receiverUrl: receiver.url,
      async stop() {
        await running.stop()
        receiver.stop()
        startClock()
      },
    }
  } catch (error) {
    startClock()
    throw error
  }
}

/** Takes every delivery, as the receiver of the reference does. */
async function startReceiver(): Promise<{ url: string; stop(): void }> {
  const receiver = createServer((request, response) => {
    request.resume().once('end', () => response.end('ok'))
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  const { port } = receiver.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/latchkey`, stop: () => void receiver.close() }
}

/** Gives the demo a webhook that has delivered an event; what it tells of is gone again. */
async function deliverSomething(send: DemoServer['send'], url: string): Promise<void> {
  const made = async (path: string, body: object) => {
    const { status, text, location } = await send('POST', path, JSON.stringify(body))
    if (status !== 201) throw new Error(`POST ${path} → ${status} ${text}`)
    return location ?? ''
  }
  await made('/webhook_subscriptions', {
    event_names: ['task.created', 'task.completed'],
    target_url: url,
    description: 'Accounting: new owners',
  })
  await send('DELETE', await made('/tasks', { name: 'Renewal offer' }))
}

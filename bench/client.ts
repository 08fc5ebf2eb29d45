import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'

/** A client of the REST API with connections that are kept open, as cheap as Node makes it. */
export interface Client {
  /** The object that the answer shows. */
  post(path: string, body: object): Promise<{ id: string }>
  close(): void
}

export function openClient(server: string, key: string, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    async post(path, body) {
      const { status, text } = await send(`${server}/rest${path}`, { agent, key, body: JSON.stringify(body) })
      assert.equal(status, 201, text)
      return JSON.parse(text).data
    },
    close: () => agent.destroy(),
  }
}

function send(
  url: string,
  { agent, key, body }: { agent: Agent; key: string; body: string },
): Promise<{ status: number; text: string }> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Runs `work` so many times, with so many of them under way at once. */
export async function many(
  count: number,
  { atOnce }: { atOnce: number },
  work: (turn: number) => Promise<unknown>,
): Promise<void> {
  let turn = 0
  const run = async () => {
    while (turn < count) await work(turn++)
  }
  await Promise.all(Array.from({ length: atOnce }, run))
}

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BareAnswer } from './bare-program.ts'

/** A server that does nothing but answer, in a process of its own: what the machine can do at best. */
export interface Bare {
  url: string
  pid: number
  /** Gives every request this answer from now on. */
  say(answer: BareAnswer): Promise<void>
  /** Gives every request the answer that this address gives, byte by byte. */
  repeat(url: string, init?: RequestInit): Promise<void>
  close(): void
}

/** Refuses everything with 401 until it is told what to say. */
export async function openBare(): Promise<Bare> {
  const child = fork(fileURLToPath(new URL('./bare-program.ts', import.meta.url)), { execArgv: [] })
  const [url] = await once(child, 'message')
  const say = async (answer: BareAnswer) => {
    child.send(answer)
    await once(child, 'message')
  }
  return {
    url,
    pid: child.pid ?? 0,
    say,
    async repeat(address, init = {}) {
      const original = await read(address, init)
      await say(original)
      assert.deepEqual(await read(url, init), original)
    },
    close: () => child.disconnect(),
  }
}

/** Node adds these itself, to both answers. */
const ofTheConnection = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

async function read(url: string, init: RequestInit): Promise<BareAnswer> {
  const response = await fetch(url, init)
  const body = await response.text()
  assert.ok(response.ok, `${url} answered ${response.status}: ${body}`)
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !ofTheConnection.has(name)))
  return { status: response.status, headers, body }
}

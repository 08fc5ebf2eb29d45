import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Awaited, Came } from './receiver-program.ts'

/** A receiver of webhooks in a process of its own, so that it does not wait for what measures. */
export interface Receiver {
  /** Every path under it takes deliveries; those under `/hang` are never answered. */
  url: string
  /** Resolves with all that came to a path once it is so many. One at a time. */
  came(path: string, count: number): Promise<Came>
  close(): void
}

export async function openReceiver(): Promise<Receiver> {
  const child = fork(fileURLToPath(new URL('./receiver-program.ts', import.meta.url)), { execArgv: [] })
  const [url] = await once(child, 'message')
  return {
    url: String(url),
    async came(path, count) {
      const asked: Awaited = { path, count }
      child.send(asked)
      const [came] = await once(child, 'message')
      return came as Came
    },
    close: () => child.disconnect(),
  }
}

import type { OpenEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** A server that is killed and started again on the same storage. */
export interface CrashingServer {
  /** Of the process that runs, once it answers. */
  url(): Promise<string>
  /** Kills it where it stands and starts it again; nothing while it is starting. Returns whether it was killed. */
  crash(): boolean
  stop(): Promise<void>
}

export function openCrashingServer(storage: OpenEngine): CrashingServer {
  let running: ServerProcess | null = null
  let starting = start()

  async function start(): Promise<ServerProcess> {
    running = await startServerProcess(storage, { LOG_LEVEL: 'error', WEBHOOKS_ALLOW_PRIVATE: 'true' })
    return running
  }

  return {
    url: async () => (await starting).url,
    crash() {
      const killed = running
      if (!killed) return false
      running = null
      starting = killed.kill().then(start)
      return true
    },
    async stop() {
      await (await starting).stop()
    },
  }
}

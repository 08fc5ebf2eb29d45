import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { createDatabase } from './postgres.ts'

export type EngineName = 'sqlite' | 'postgres'

/**
 * A fresh place to keep data in: a temporary directory, and on PostgreSQL a database of its own, which already
 * has the tables where `TEST_DATABASE_TEMPLATE` names one that has.
 */
export type OpenEngine = { url: string | null; directory: string; close(): Promise<void> }

export type Engine = { name: EngineName; open(): Promise<OpenEngine> }

export const engineNames: readonly EngineName[] = ['sqlite', 'postgres']

/**
 * Declares the same suite once for each engine. What `engine.open()` gave is removed when the suite has
 * ended, after the suite's own `after` hooks.
 *
 * @example
 * forEachEngine((engine) => {
 *   it('keeps what was written', async () => {
 *     const { url, directory } = await engine.open()
 *   })
 * })
 */
export function forEachEngine(suite: (engine: Engine) => void): void {
  for (const name of engineNames) {
    describe(`on ${name}`, () => {
      const opened: OpenEngine[] = []
      suite({
        name,
        async open() {
          const engine = await openEngine(name)
          opened.push(engine)
          return engine
        },
      })
      after(async () => {
        for (const engine of opened) await engine.close()
      })
    })
  }
}

/** The same outside a suite of `forEachEngine`; the caller closes it. Closing twice is harmless. */
export async function openEngine(name: EngineName): Promise<OpenEngine> {
  const database = name === 'postgres' ? await createDatabase(process.env.TEST_DATABASE_TEMPLATE) : null
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  return {
    url: database?.url ?? null,
    directory,
    async close() {
      await database?.drop()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

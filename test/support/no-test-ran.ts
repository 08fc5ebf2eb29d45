import { resolve } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** A reporter that fails a run in which nothing ran: a misspelt pattern must not look like a success. */
export default async function* noTestRan(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ran = 0
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { name, file, details } = event.data
    // A file without a test that ran is reported as one test under its own path.
    const standsForFile =
      event.type === 'test:pass' && (file === undefined || resolve(name) === resolve(file))
    if (details.type !== 'suite' && !standsForFile) ran += 1
  }
  if (ran > 0) return
  process.exitCode = 1
  yield 'No test ran: nothing matches.\n'
}

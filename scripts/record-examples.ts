/**
 * Asks the demo company for the answers that the reference shows as examples, and keeps them:
 * `npm run examples`. To be run when an operation, an example request or the demo company has changed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordedFile } from '../server/reference/recorded-examples.ts'
import { recordExamples } from '../test/examples/record.ts'

const directory = mkdtempSync(join(tmpdir(), 'latchkey-examples-'))
try {
  const recorded = await recordExamples({ directory, url: null })
  const byId = Object.entries(recorded).toSorted(([one], [other]) => (one < other ? -1 : 1))
  writeFileSync(recordedFile, `${JSON.stringify(Object.fromEntries(byId), null, 1)}\n`)
  process.stdout.write(`${byId.length} operations recorded\n`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}

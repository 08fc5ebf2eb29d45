/**
 * Writes down what the API promises, once the changelog says what changed: `npm run surface`. Exits 1, and
 * writes nothing, when it does not.
 */
import { writeFileSync } from 'node:fs'
import { changelog } from '../server/reference/changelog.ts'
import { openApiDocument } from '../server/reference/openapi.ts'
import { surfaceOf } from '../server/reference/surface.ts'
import { nextSnapshot, readSnapshot, snapshotFile } from '../server/reference/surface-snapshot.ts'
import { operations } from '../server/resources/operations.ts'

const all = operations(() => Promise.reject(new Error('No operation is called here')))
const document = openApiDocument(all, { publicUrl: 'https://latchkey.example.org', ranges: 'folded' })
const state = { surface: surfaceOf(document), snapshot: readSnapshot(), entries: changelog }
const next = nextSnapshot(state, new Date().toISOString().slice(0, 10))

if ('refused' in next) {
  process.stderr.write(`${next.refused.join('\n')}\n`)
  process.exitCode = 1
} else {
  writeFileSync(snapshotFile, next.text)
  process.stdout.write('The snapshot of the API is taken; commit it with its changelog entry.\n')
}

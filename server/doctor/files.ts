import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { bucketStore } from '../files/bucket-store.ts'
import { keyOf } from '../files/content-store.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf, someOf } from './finding.ts'
import { accountsIn, type Extent, rowsOf } from './rows.ts'

/** A file that was uploaded a moment ago has its row soon. */
const settledMs = 3_600_000
const inBucketAtAGlance = 20

type Place = Pick<Config, 'dataDirectory' | 'bucket'>

/** Whether the bytes of every uploaded file are there, and, on a disk, whether each belongs to a file. */
export async function checkFiles(reader: Kysely<Tables>, place: Place, extent: Extent): Promise<Findings> {
  const { ok, problem, warning } = findingsOf('files')
  const directory = join(place.dataDirectory, 'files')
  const [known, missing]: [Set<string>, string[]] = [new Set(), []]
  const isThere = place.bucket ? inBucket(place.bucket) : onDisk(directory)
  const most = place.bucket && !extent.full ? inBucketAtAGlance : Number.POSITIVE_INFINITY
  for (const accountId of await accountsIn(reader, extent)) {
    for await (const rows of rowsOf(reader, 'uploaded_files', { ...extent, accountId })) {
      for (const row of rows) {
        const contentId = String(row.content_id)
        if (known.size < most && !(await isThere(contentId, Number(row.size)))) missing.push(String(row.id))
        known.add(contentId)
      }
    }
  }
  const findings: Findings = []
  if (missing.length > 0) {
    const where = place.bucket ? 'the bucket' : directory
    const todo = `Bring them back from a backup of ${where}`
    findings.push(
      problem(`The bytes of ${missing.length} files are not there whole: ${someOf(missing)}`, todo),
    )
  }
  // What belongs to nobody can be told only by whoever has read all rows.
  const orphans = extent.full && !place.bucket ? await orphansIn(reader, directory, known) : []
  if (orphans.length > 0) {
    const todo = 'They cost room and harm nothing; after a restore of an older backup they may be removed'
    findings.push(
      warning(`${orphans.length} files on the disk belong to no record: ${someOf(orphans)}`, todo),
    )
  }
  return findings.length > 0 ? findings : [ok(`The bytes of ${Math.min(known.size, most)} files are there`)]
}

function onDisk(directory: string) {
  return async (contentId: string, size: number) =>
    (await stat(join(directory, keyOf(contentId))).catch(() => null))?.size === size
}

function inBucket(bucket: NonNullable<Config['bucket']>) {
  const store = bucketStore(bucket)
  return async (contentId: string) => {
    try {
      const stream = await store.open(contentId, { start: 0, end: 0 })
      stream.destroy()
      return true
    } catch (error) {
      // An empty file has no first byte.
      return error instanceof Error && /416/.test(error.message)
    }
  }
}

async function orphansIn(
  reader: Kysely<Tables>,
  directory: string,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const rows = await reader.selectFrom('loose_contents').select('content_id').execute()
  const loose = new Set(rows.map(({ content_id }) => content_id))
  const orphans: string[] = []
  const entries = await opendir(directory, { recursive: true }).catch(() => null)
  if (!entries) return []
  for await (const entry of entries) {
    const isContent = entry.isFile() && /^[0-9a-f-]{36}$/.test(entry.name)
    if (!isContent || known.has(entry.name) || loose.has(entry.name)) continue
    if (join(directory, keyOf(entry.name)) !== join(entry.parentPath, entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const found = await stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > settledMs) orphans.push(path)
  }
  return orphans
}

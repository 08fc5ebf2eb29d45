import type { Made } from '../server/backup/backup.ts'

/** What a program wants to know of a backup. */
export interface Summary {
  taken_at: string
  latchkey: string
  engine: string
  sealing_key_id: string | null
  rows: number
  files: number
  /** Bytes of the uploaded files. */
  file_bytes: number
  missing_files: number
}

export function summaryOf({ header, end }: Made): Summary {
  const { taken_at, latchkey, engine, sealing_key_id } = header
  return {
    taken_at,
    latchkey,
    engine,
    sealing_key_id,
    rows: Object.values(end.tables).reduce((sum, { count }) => sum + count, 0),
    files: end.files.count,
    file_bytes: end.files.bytes,
    missing_files: end.missing_files,
  }
}

/** Sentences on the uploaded files in a backup. */
export function tellFiles({ header, end }: Made): string[] {
  if (!header.has_files) return []
  const { count, bytes } = end.files
  const missing = end.missing_files
  return [
    `It holds ${count} uploaded ${count === 1 ? 'file' : 'files'} of together ${bytes.toLocaleString('en-US')} bytes.`,
    ...(missing > 0
      ? [
          `${missing} ${missing === 1 ? 'file is' : 'files are'} missing: the bytes were not in the file storage, or not as they came in.`,
        ]
      : []),
  ]
}

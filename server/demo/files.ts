import { Readable } from 'node:stream'
import type { Files } from '../files/files.ts'
import { SpooledFile } from '../files/spool.ts'
import { deals } from '../resources/deals/deals.schema.ts'
import { processes } from '../resources/processes/processes.schema.ts'
import { properties } from '../resources/properties/properties.schema.ts'
import { uploadedFiles } from '../resources/uploaded-files/uploaded-files.schema.ts'
import { seededIds } from './ids.ts'
import type { Entry } from './journal.ts'
import { pdfOf } from './pdf.ts'
import { type Target, writeEntries } from './write-entries.ts'

/** As many as are worth looking at, however large the company is. */
const mostFiles = 24

interface Paper {
  name: string
  bytes: Buffer
}

const papers: readonly [resource: Entry['resource'], paper: (entry: Entry) => Paper][] = [
  [
    properties,
    ({ fields }) => ({
      name: 'Inspection report.pdf',
      bytes: pdfOf([
        'Inspection report',
        String(fields.address ?? ''),
        'Roof and gutters: sound. Smoke alarms: tested.',
        'Kitchen tap drips; a plumber is booked.',
      ]),
    }),
  ],
  [
    deals,
    ({ fields }) => ({
      name: 'Management agreement.pdf',
      bytes: pdfOf([
        'Management agreement',
        `Prepared for ${fields.name ?? 'the owner'}`,
        'Draft, not signed.',
      ]),
    }),
  ],
  [
    processes,
    () => ({
      name: 'Checklist.csv',
      bytes: Buffer.from('item,done\nKeys returned,yes\nMeter read,yes\nDeposit settled,no\n'),
    }),
  ],
]

/** A few real files on records of every kind that has them, written as if uploaded then. */
export async function writeFiles(
  target: Target,
  files: Pick<Files, 'spool' | 'keep'>,
  entries: readonly Entry[],
): Promise<void> {
  const newId = seededIds(target.seed, 'files')
  const uploads: Entry[] = []
  for (const [resource, paper] of papers) {
    const made = entries.filter((entry) => entry.kind === 'create' && entry.resource === resource)
    for (const entry of spread(made, mostFiles / papers.length)) {
      const { name, bytes } = paper(entry)
      const received = await files.spool.receive(Readable.from([bytes]), name)
      // The same from the same seed, as everything in the demo.
      const file = new SpooledFile(
        { ...received, contentId: newId(entry.at) },
        received.name,
        received.contentType,
      )
      await files.keep(target.accountId, [file])
      // With a bucket the bytes are there now, and here as well.
      await files.spool.discard(file)
      uploads.push({
        kind: 'create',
        resource: uploadedFiles,
        id: newId(entry.at),
        at: entry.at,
        by: entry.by,
        fields: { uploadable_type: resource.name, uploadable_id: entry.id, file },
      })
    }
  }
  await writeEntries(target, uploads)
}

/** So many of a list, from all over it. */
function spread<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(list.length / count))
  return list.filter((_, at) => at % step === 0).slice(0, count)
}

import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { bucketStore } from '../files/bucket-store.ts'
import { type Findings, findingsOf } from './finding.ts'

const patienceMs = 5_000

/** Connects to the mail server and signs in; sends nothing. */
export async function checkMailServer({ smtpUrl }: Pick<Config, 'smtpUrl'>): Promise<Findings> {
  if (smtpUrl === null) return []
  const { ok, problem } = findingsOf('mail server')
  const { createTransport } = await import('nodemailer')
  const limits = { connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs }
  const transport = createTransport({ url: smtpUrl, ...limits, dnsTimeout: patienceMs })
  const { host } = new URL(smtpUrl)
  try {
    await transport.verify()
    return [ok(`${host} takes mails`)]
  } catch (error) {
    return [
      problem(`${host} takes no mails: ${reasonOf(error)}`, 'Check SMTP_URL, and that the port is open'),
    ]
  } finally {
    transport.close()
  }
}

/** Keeps a small object in the bucket, reads it and removes it. That is the one thing that is ever written. */
export async function checkBucket({ bucket }: Pick<Config, 'bucket'>): Promise<Findings> {
  if (bucket === null) return []
  const { ok, problem } = findingsOf('bucket')
  const store = bucketStore(bucket, { silenceMs: patienceMs })
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'))
  const [path, text, contentId] = [join(directory, 'probe'), 'latchkey doctor', randomUUID()]
  try {
    writeFileSync(path, text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    await store.put({ contentId, path, size: text.length, sha256 })
    const read = await store.open(contentId, null)
    for await (const _ of read);
    await store.remove(contentId)
    return [ok('Objects can be put, read and removed')]
  } catch (error) {
    return [problem(reasonOf(error), 'Check FILES_URL, and that its key may put, get and delete objects')]
  } finally {
    store.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A backup that is not what was written is refused, wherever it differs. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { BackupError } from '../../server/backup/backup-errors.ts'
import { check } from '../../server/backup/check.ts'
import { StorageError } from '../../server/storage/engine.ts'
import { type OpenEngine, openEngine } from '../support/engines.ts'
import { emptyPlace } from './places.ts'
import { backUpSmall, fillSmall, restoreSmall } from './small.ts'

const { signal } = new AbortController()

/** Bytes by which the compression ends, when every part has been told already. */
const closing = 16

describe('a backup', () => {
  let storage: OpenEngine
  let whole: Buffer = Buffer.alloc(0)

  before(async () => {
    storage = await openEngine('sqlite')
    await fillSmall(storage)
    whole = (await backUpSmall(storage)).bytes
    await checked(whole)
  })
  after(() => storage.close())

  const checked = (bytes: Buffer) => check(Readable.from([bytes]), signal)
  const isRefused = (bytes: Buffer, pattern = /^This is no whole backup of Latchkey/) =>
    assert.rejects(checked(bytes), (error) => error instanceof BackupError && pattern.test(error.message))

  it('is refused when it breaks off, wherever', async () => {
    for (let length = 0; length < whole.length - closing; length += 97)
      await isRefused(whole.subarray(0, length))
    for (let cut = closing; cut < 60; cut++) await isRefused(whole.subarray(0, whole.length - cut))
  })

  it('is refused when the stream ends well but its last part is missing', async () => {
    const tar = zstdDecompressSync(whole)
    const end = tar.indexOf('end.json')
    await isRefused(
      recompressed(Buffer.concat([tar.subarray(0, end), Buffer.alloc(1024)])),
      /breaks off before its end/,
    )
    await isRefused(recompressed(tar.subarray(0, end)))
  })

  it('is refused when a bit of it is another, wherever', async () => {
    for (let at = 0; at < whole.length; at += 211) {
      const altered = Buffer.from(whole)
      altered[at] = (altered[at] ?? 0) ^ 4
      await isRefused(altered)
    }
  })

  it('is refused when something else was put in, although it is packed well', async () => {
    await isRefused(replaced('Acme Homes', 'Acme Hopes'), /rows of accounts are not those that were written/)
    await isRefused(replaced('Dear tenant,\n', 'Dead tenant,\n'), /uploaded files are not those/)
    await isRefused(replaced('"left_out": [', '"left_ouT": ['), /description is not the one/)
    await isRefused(replaced('rows/accounts/000001', 'rows/accounts/000002'), /has the part/)
    await isRefused(
      replaced('"format": "latchkey backup"', '"format": "latchkey packup"'),
      /begins otherwise/,
    )
  })

  it('is refused when it was made by a newer version, which is named', async () => {
    await isRefused(replaced('"version": 1', '"version": 2'), /written by Latchkey \d.*Install that version/)
    await assert.rejects(
      checked(replaced('0022-leaks', '0022-later')),
      (error) => error instanceof StorageError && /newer Latchkey \(0022-later\)/.test(error.message),
    )
  })

  it('is refused by the restore as well, which leaves an empty place that takes a whole one', async () => {
    const place = await emptyPlace('sqlite', storage.directory)
    try {
      for (const bad of [
        whole.subarray(0, whole.length - 40),
        replaced('Acme Homes', 'Acme Hopes'),
        Buffer.from('?'),
      ]) {
        await assert.rejects(restoreSmall(place, bad), BackupError)
        const names = (await readdir(place.directory)).toSorted()
        assert.deepEqual(
          names.filter((name) => name !== 'files'),
          ['latchkey.lock', 'secret'],
        )
      }
      assert.equal((await restoreSmall(place, whole)).end.tables.accounts?.count, 1)
    } finally {
      await place.close()
    }
  })

  function replaced(text: string, other: string): Buffer {
    const tar = zstdDecompressSync(whole)
    const at = tar.indexOf(text)
    assert.ok(at > 0 && text.length === other.length, text)
    const header = headerIn(tar)
    tar.write(other, at)
    const isRight = header !== headerIn(tar) && text !== '"left_out": ['
    if (isRight) tar.write(hash('sha256', headerIn(tar)), tar.indexOf(hash('sha256', header)))
    return recompressed(withRightSum(tar, at))
  }
})

/** The description begins in the second block, and ends before the zeros that fill its last one. */
function headerIn(tar: Buffer): string {
  return tar.toString('utf8', 512, tar.indexOf(0, 512))
}

function recompressed(tar: Buffer): Buffer {
  return zstdCompressSync(tar)
}

/** A tar sums up each of its descriptions; those of what was changed in one must agree. */
function withRightSum(tar: Buffer, at: number): Buffer {
  const block = tar.subarray(at - (at % 512), at - (at % 512) + 512)
  if (block.toString('latin1', 257, 262) !== 'ustar') return tar
  block.write('        ', 148)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return tar
}

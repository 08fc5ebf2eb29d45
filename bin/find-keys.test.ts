import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { newKey } from '../server/api-keys/key-format.ts'
import { findKeys } from './find-keys.ts'

const live = newKey('live')
const test = newKey('test')
const mistyped = `lk_live_${'A'.repeat(38)}`
let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-find-'))
  const put = (path: string, text: string | Buffer) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  put('clean.txt', `nothing here\n${mistyped}\n`)
  put('src/settings.py', `\nDEBUG = 1\r\nKEY = "${live}"; OTHER = "${test}"\n`)
  put('src/encoded.txt', `https://x.example/?key%3D${live}`)
  put('node_modules/a.js', live)
  put('.git/config', live)
  put('picture.png', Buffer.concat([Buffer.from([0x89, 0, 1]), Buffer.from(live)]))
})
after(() => rmSync(folder, { recursive: true, force: true }))

async function look(places: string[], input = ''): Promise<{ found: boolean; lines: string[] }> {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const found = await findKeys(places, { input: Readable.from([input]), print, warn: () => {} })
  return { found, lines }
}

it('prints where keys are in a folder, masked, and leaves out what is not ours or no text', async () => {
  const { found, lines } = await look([folder])
  assert.ok(found)
  assert.deepEqual(lines, [
    `${join(folder, 'src/encoded.txt')}:1:26 lk_live_••••••••${live.slice(-4)}`,
    `${join(folder, 'src/settings.py')}:3:8 lk_live_••••••••${live.slice(-4)}`,
    `${join(folder, 'src/settings.py')}:3:66 lk_test_••••••••${test.slice(-4)}`,
  ])
})

it('reads standard input, and finds nothing in what only looks like a key', async () => {
  assert.deepEqual(await look(['-'], `a\n+token=${live}\n`), {
    found: true,
    lines: [`(standard input):2:8 lk_live_••••••••${live.slice(-4)}`],
  })
  assert.deepEqual(await look([join(folder, 'clean.txt'), '-'], mistyped), { found: false, lines: [] })
})

it('ends as a hook of git expects: 1 where a key is, 0 where none is, 2 where it was not told where to look', async () => {
  const run = async (...args: string[]) => {
    const program = fileURLToPath(new URL('./latchkey.ts', import.meta.url))
    const ended = await promisify(execFile)(process.execPath, [program, 'find-keys', ...args]).catch(
      (error) => error,
    )
    return { code: ended.code ?? 0, text: `${ended.stdout}${ended.stderr}` }
  }
  const found = await run(join(folder, 'src'))
  assert.equal(found.code, 1)
  assert.match(found.text, /3 keys were found/)
  assert.ok(!found.text.includes(live))
  assert.deepEqual(await run(join(folder, 'clean.txt')), { code: 0, text: '' })
  assert.equal((await run()).code, 2)
  const missing = await run(join(folder, 'missing'))
  assert.deepEqual([missing.code, /missing cannot be read/.test(missing.text)], [2, true])
})

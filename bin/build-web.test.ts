import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sourcesHash } from './build-web.ts'

test('the build is known by its sources: their names, their contents and the locked libraries', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-web-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const web = join(directory, 'web')
  const lock = join(directory, 'package-lock.json')
  const write = (path: string, text: string) => writeFileSync(join(web, path), text)
  for (const folder of ['src', 'dist', 'node_modules']) mkdirSync(join(web, folder), { recursive: true })
  writeFileSync(lock, '{}')
  write('src/main.tsx', 'one')
  const seen = [sourcesHash(web, lock)]
  const hash = () => sourcesHash(web, lock)

  for (const path of ['dist/index.html', 'node_modules/library.js', 'src/main.test.tsx']) write(path, 'made')
  assert.equal(hash(), seen[0])

  write('src/main.tsx', 'two')
  seen.push(hash())
  renameSync(join(web, 'src/main.tsx'), join(web, 'src/other.tsx'))
  seen.push(hash())
  writeFileSync(lock, '{"lockfileVersion":3}')
  seen.push(hash())
  assert.equal(new Set(seen).size, 4)
})

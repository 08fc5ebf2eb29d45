import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { builtProgram, signature, sourcesOf } from './sources.js'

test('sources are known by their names, sizes and times, and by the locked libraries', (t) => {
  const { root, write } = project(t)
  const now = () => signature(sourcesOf.web, root)
  write('web/src/main.tsx', 'one')
  const seen = [now()]

  for (const path of ['web/dist/index.html', 'web/node_modules/library.js', 'web/src/main.test.tsx'])
    write(path, 'made')
  assert.equal(now(), seen[0])

  write('web/src/main.tsx', 'longer')
  seen.push(now())
  utimesSync(join(root, 'web/src/main.tsx'), 1, 2)
  seen.push(now())
  renameSync(join(root, 'web/src/main.tsx'), join(root, 'web/src/other.tsx'))
  seen.push(now())
  write('package-lock.json', '{"lockfileVersion":3}')
  seen.push(now())
  assert.equal(new Set(seen).size, 5)
})

test('a program counts as built while its sources are those it was made of', (t) => {
  const { root, write } = project(t)
  write('bin/run.ts', 'run')
  write('server/main.ts', 'main')
  assert.equal(builtProgram(root), null)

  const built = `dist/${signature(sourcesOf.program, root)}/run.js`
  write(built, 'built')
  assert.equal(builtProgram(root), join(root, built))

  write('server/main.ts', 'main, changed')
  assert.equal(builtProgram(root), null)
})

test('an installation without sources runs what it came with', (t) => {
  const { root, write } = project(t)
  write('dist/0123456789abcdef/run.js', 'built')
  assert.equal(builtProgram(root), join(root, 'dist/0123456789abcdef/run.js'))
})

function project(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-sources-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const folder of ['web', 'bin', 'server']) mkdirSync(join(root, folder))
  write('package-lock.json', '{}')
  return { root, write }
}

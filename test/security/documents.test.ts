import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { it } from 'node:test'

const project = new URL('../../', import.meta.url)

for (const document of ['SECURITY.md', 'docs/security.md', 'ARCHITECTURE.md']) {
  it(`${document} names files that there are`, () => {
    const text = readFileSync(new URL(document, project), 'utf8')
    const named = [...text.matchAll(/`((?:server|web|test|bin|scripts|bench|docs)\/[\w./-]+\.\w+)`/g)]
    const missing = named.map(([, path = '']) => path).filter((path) => !existsSync(new URL(path, project)))
    assert.ok(named.length > 0, 'it names some')
    assert.deepEqual(missing, [])
  })
}

it('docs/security.md judges every requirement of the levels 1 and 2 once', () => {
  const text = readFileSync(new URL('docs/security.md', project), 'utf8')
  const judged = [
    ...text.matchAll(/^\| (\d+\.\d+\.\d+) +\| (L[12]) +\| (met|partly|not met|does not apply) +\|/gm),
  ]
  assert.equal(judged.length, 253, 'as many as ASVS 5.0.0 has')
  assert.equal(new Set(judged.map(([, id]) => id)).size, 253)
})

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { findPrograms } from './programs.ts'

it('takes the newest PostgreSQL, and says what is missing and how to install it', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-programs-'))
  t.after(() => rmSync(root, { recursive: true }))
  const put = (...path: string[]) => {
    const file = join(root, ...path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, '')
    chmodSync(file, 0o755)
    return file
  }
  const find = () => findPrograms(join(root, 'bin'), join(root, 'postgresql/*/bin'))
  const etcd = put('bin', 'etcd')
  assert.throws(find, {
    message:
      'Not installed: patroni, haproxy, postgres. On Debian: apt-get install patroni haproxy postgresql',
  })
  for (const version of ['9', '17', '15'])
    for (const name of ['postgres', 'pg_rewind']) put('postgresql', version, 'bin', name)
  const [patroni, haproxy] = [put('bin', 'patroni'), put('bin', 'haproxy')]
  assert.deepEqual(find(), { etcd, patroni, haproxy, postgres: join(root, 'postgresql', '17', 'bin') })
})

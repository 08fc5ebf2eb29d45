import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import fc from 'fast-check'
import { loadSecrets, secretsFrom } from './secrets.ts'

const secrets = secretsFrom('a secret of at least 32 characters, for tests')

it('opens what it sealed, and only in the same context', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      const sealed = secrets.seal(text, context)
      assert.equal(secrets.open(sealed, context), text)
      assert.throws(() => secrets.open(sealed, `${context}x`))
    }),
  )
})

it('seals the same text differently each time, so that equal ones cannot be told', () => {
  assert.notEqual(secrets.seal('text', 'context'), secrets.seal('text', 'context'))
})

it('opens nothing that was altered or cut anywhere', () => {
  const sealed = Buffer.from(secrets.seal('text', 'context'), 'base64')
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    assert.throws(() => secrets.open(altered.toString('base64'), 'context'), `byte ${at}`)
    assert.throws(() => secrets.open(sealed.subarray(0, at).toString('base64'), 'context'), `${at} bytes`)
  }
})

it('opens nothing that was sealed with another secret, and names each secret without telling it', () => {
  const others = secretsFrom('another secret of at least 32 characters')
  assert.throws(() => others.open(secrets.seal('text', 'context'), 'context'))
  assert.notEqual(others.sealingKeyId, secrets.sealingKeyId)
  assert.match(secrets.sealingKeyId, /^[0-9a-f]{12}$/)
})

it('derives a key of its own for every purpose', () => {
  assert.equal(secrets.derive('cookies'), secrets.derive('cookies'))
  assert.notEqual(secrets.derive('cookies'), secrets.derive('sealing'))
  assert.equal(Buffer.from(secrets.derive('cookies'), 'base64').length, 32)
})

it('keeps a generated secret in the data directory, readable by its owner alone', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  const dataDirectory = join(parent, 'data')
  try {
    const first = loadSecrets({ secret: null, dataDirectory })
    const second = loadSecrets({ secret: null, dataDirectory })
    assert.equal(second.sealingKeyId, first.sealingKeyId)
    const file = join(dataDirectory, 'secret')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.equal((await stat(dataDirectory)).mode & 0o777, 0o700)
    assert.equal(secretsFrom((await readFile(file, 'utf8')).trim()).sealingKeyId, first.sealingKeyId)
  } finally {
    await rm(parent, { recursive: true })
  }
})

it('takes the secret of the operator before a kept one', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  try {
    const given = 'the secret of the operator, 32+ characters'
    await writeFile(join(dataDirectory, 'secret'), 'kept')
    assert.equal(loadSecrets({ secret: given, dataDirectory }).sealingKeyId, secretsFrom(given).sealingKeyId)
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
})

it('refuses a secret that was lost, rather than to seal with nothing', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  try {
    await writeFile(join(dataDirectory, 'secret'), '\n')
    assert.throws(
      () => loadSecrets({ secret: null, dataDirectory }),
      /is empty\. Bring it back from a backup/,
    )
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
})

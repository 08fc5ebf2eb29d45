import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { it } from 'node:test'
import { ConfigError, readConfig } from './config.ts'
import { settingsInFiles } from './setting.ts'

it('needs nothing to be set', () => {
  assert.deepEqual(readConfig({}), {
    port: 3000,
    host: 'localhost',
    dataDirectory: resolve('data'),
    databaseUrl: null,
    publicUrl: null,
    secret: null,
    bucket: null,
    largestFile: 26_214_400,
    smtpUrl: null,
    mailFrom: 'Latchkey <latchkey@localhost>',
    textsUrl: null,
    support: null,
    logLevel: 'info',
    webhooksAllowPrivate: false,
    oidc: null,
    secretScanningKeysUrl: 'https://api.github.com/meta/public_keys/secret_scanning',
    stopDelay: 0,
    stopTimeout: 25,
    metricsToken: null,
    metricsPort: null,
    metricsHost: 'localhost',
    requestsAtOnce: 8,
  })
})

it('takes what is empty or blank for not set', () => {
  const names = [
    'PORT',
    'HOST',
    'LATCHKEY_DATA',
    'DATABASE_URL',
    'PUBLIC_URL',
    'LATCHKEY_SECRET',
    'FILES_URL',
    'FILES_MAX_BYTES',
    'SMTP_URL',
    'MAIL_FROM',
    'TEXTS_URL',
    'SUPPORT_ADDRESS',
    'LOG_LEVEL',
    'STOP_DELAY',
    'STOP_TIMEOUT',
    'METRICS_TOKEN',
    'METRICS_PORT',
    'METRICS_HOST',
    'REQUESTS_AT_ONCE',
    'LATCHKEY_SECRET_FILE',
  ]
  for (const blank of ['', '  '])
    assert.deepEqual(readConfig(Object.fromEntries(names.map((name) => [name, blank]))), readConfig({}))
})

it('reads every setting', () => {
  const config = readConfig({
    PORT: ' 8080 ',
    HOST: '0.0.0.0',
    LATCHKEY_DATA: '/var/lib/latchkey',
    DATABASE_URL: 'postgresql://a:b@db/latchkey',
    PUBLIC_URL: 'https://Latchkey.Example.com/',
    LATCHKEY_SECRET: 's'.repeat(32),
    SMTP_URL: 'smtps://user:pass@mail.example.com:465',
    TEXTS_URL: 'https://AC123:token@texts.example.com',
    SECRET_SCANNING_KEYS_URL: 'off',
    SUPPORT_ADDRESS: 'https://help.example.com',
    LOG_LEVEL: 'warn',
  })
  assert.deepEqual(
    [
      config.port,
      config.host,
      config.dataDirectory,
      config.publicUrl,
      config.mailFrom,
      config.textsUrl,
      config.secretScanningKeysUrl,
      config.support,
      config.logLevel,
    ],
    [
      8080,
      '0.0.0.0',
      '/var/lib/latchkey',
      'https://latchkey.example.com',
      'Latchkey <latchkey@latchkey.example.com>',
      'https://AC123:token@texts.example.com',
      null,
      'https://help.example.com',
      'warn',
    ],
  )
})

it('reads where files are kept', () => {
  const { bucket, largestFile } = readConfig({
    FILES_URL: 's3://AK%2F1:a%2Fb%2Bc@s3.example.com:9000/bucket/some/prefix/?region=eu-central-1',
    FILES_MAX_BYTES: '1000',
  })
  assert.equal(largestFile, 1000)
  assert.deepEqual(bucket, {
    url: 'https://s3.example.com:9000/bucket/some/prefix',
    region: 'eu-central-1',
    accessKeyId: 'AK/1',
    secretAccessKey: 'a/b+c',
  })
  const near = readConfig({ FILES_URL: 's3://k:s@localhost:9000/bucket?insecure=true' }).bucket
  assert.deepEqual([near?.url, near?.region], ['http://localhost:9000/bucket', 'us-east-1'])
})

const refusals: [string, string][] = [
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '3000x'],
  ['PORT', '0x10'],
  ['DATABASE_URL', 'mysql://user:hunter22@db/x'],
  ['DATABASE_URL', 'db.example.com'],
  ['PUBLIC_URL', 'latchkey.example.com'],
  ['PUBLIC_URL', 'https://example.com/latchkey'],
  ['PUBLIC_URL', 'https://example.com?x=1'],
  ['PUBLIC_URL', 'ftp://example.com'],
  ['LATCHKEY_SECRET', 'short hunter22'],
  ['FILES_URL', 'https://key:hunter22@s3.example.com/bucket'],
  ['FILES_URL', 's3://key:hunter22@s3.example.com'],
  ['FILES_URL', 's3://s3.example.com/bucket?secret=hunter22'],
  ['FILES_URL', 's3://key:hunter22/more@s3.example.com/bucket'],
  ['FILES_URL', 's3://key:hunter22@s3.example.com/bucket?insecure=maybe'],
  ['FILES_URL', 's3://key:hunter22@s3.example.com/bucket?colour=red'],
  ['FILES_MAX_BYTES', '0'],
  ['FILES_MAX_BYTES', '25 MiB'],
  ['FILES_MAX_BYTES', '9999999999999'],
  ['SMTP_URL', 'http://user:hunter22@mail'],
  ['MAIL_FROM', 'nobody'],
  ['TEXTS_URL', 'smtp://AC123:hunter22@texts.example.com'],
  ['TEXTS_URL', 'https://hunter22@texts.example.com'],
  ['TEXTS_URL', 'https://:hunter22@texts.example.com'],
  ['TEXTS_URL', 'https://AC123:hunter22@texts.example.com/2010-04-01'],
  ['TEXTS_URL', 'https://texts.example.com'],
  ['SUPPORT_ADDRESS', 'http://help.example.com'],
  ['SUPPORT_ADDRESS', 'call us'],
  ['LOG_LEVEL', 'loud'],
  ['STOP_DELAY', '-1'],
  ['STOP_DELAY', '10s'],
  ['STOP_TIMEOUT', '0'],
  ['METRICS_TOKEN', 'short hunter22'],
  ['METRICS_PORT', '70000'],
  ['METRICS_HOST', '0.0.0.0'],
  ['REQUESTS_AT_ONCE', '0'],
  ['LATCHKEY_SECRET_FILE', '/nowhere/secret'],
]

for (const [name, value] of refusals) {
  it(`refuses ${name}=${value.replace('hunter22', '…')} in one sentence that names it and tells no secret`, () => {
    assert.throws(
      () => readConfig({ [name]: value }),
      (error) =>
        error instanceof ConfigError && error.message.startsWith(name) && !error.message.includes('hunter22'),
    )
  })
}

it('reads the provider of the company identity, whole or not at all', () => {
  const given = {
    OIDC_ISSUER: 'https://login.example.com/tenant',
    OIDC_CLIENT_ID: 'latchkey',
    OIDC_CLIENT_SECRET: 'a secret',
  }
  assert.deepEqual(readConfig(given).oidc, {
    issuer: 'https://login.example.com/tenant',
    clientId: 'latchkey',
    clientSecret: 'a secret',
    name: 'your company account',
    trustEmail: false,
    only: false,
  })
  const settings = { OIDC_NAME: 'Acme', OIDC_TRUST_EMAIL: 'true', OIDC_ONLY: 'true' }
  const { name, trustEmail, only } = readConfig({ ...given, ...settings }).oidc ?? {}
  assert.deepEqual([name, trustEmail, only], ['Acme', true, true])
  const wrong: [Record<string, string>, RegExp][] = [
    [{ OIDC_ONLY: 'true' }, /^OIDC_ONLY is set without OIDC_ISSUER/],
    [{ ...given, OIDC_CLIENT_SECRET: '' }, /needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET/],
    [{ ...given, OIDC_ISSUER: 'login.example.com' }, /^OIDC_ISSUER is not an address/],
    [{ ...given, OIDC_ISSUER: 'http://login.example.com' }, /must begin with https/],
    [{ ...given, OIDC_TRUST_EMAIL: 'yes' }, /^OIDC_TRUST_EMAIL is "yes"/],
  ]
  for (const [env, sentence] of wrong) {
    assert.throws(() => readConfig(env), { name: 'Error', message: sentence })
  }
})

it('reads how it stops and who may read its metrics', () => {
  const settings = { STOP_DELAY: '10', STOP_TIMEOUT: '60', METRICS_PORT: '9464', METRICS_HOST: '127.0.0.1' }
  const { stopDelay, stopTimeout, metricsPort, metricsHost } = readConfig(settings)
  assert.deepEqual([stopDelay, stopTimeout, metricsPort, metricsHost], [10, 60, 9464, '127.0.0.1'])
  const open = { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }
  assert.throws(() => readConfig(open), { message: /where others can reach the metrics; set METRICS_TOKEN/ })
  assert.equal(readConfig({ ...open, METRICS_TOKEN: 't'.repeat(16) }).metricsHost, '0.0.0.0')
})

it('reads how many requests are worked on at one time, or that none is refused', () => {
  assert.equal(readConfig({}).requestsAtOnce, 8)
  assert.equal(readConfig({ REQUESTS_AT_ONCE: '40' }).requestsAtOnce, 40)
  assert.equal(readConfig({ REQUESTS_AT_ONCE: 'off' }).requestsAtOnce, null)
})

it('reads what holds a secret from a file of its own as well', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-settings-'))
  try {
    for (const name of settingsInFiles) {
      const text = name.endsWith('_URL') ? urls[name] : 'x'.repeat(32)
      assert.ok(text, name)
      const file = join(directory, name)
      writeFileSync(file, `${text}\n`)
      const beside = name === 'OIDC_CLIENT_SECRET' ? provider : {}
      assert.deepEqual(
        readConfig({ ...beside, [`${name}_FILE`]: file }),
        readConfig({ ...beside, [name]: text }),
        name,
      )
      const both = { ...beside, [name]: text, [`${name}_FILE`]: file }
      assert.throws(() => readConfig(both), { message: new RegExp(`^${name} and ${name}_FILE are both set`) })
    }
    writeFileSync(join(directory, 'empty'), '\n')
    assert.throws(() => readConfig({ LATCHKEY_SECRET_FILE: join(directory, 'empty') }), {
      message: /is empty/,
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

const provider = { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'latchkey' }
const urls: Record<string, string> = {
  DATABASE_URL: 'postgres://a:b@db/latchkey',
  FILES_URL: 's3://key:secret@s3.example.com/bucket',
  SMTP_URL: 'smtp://user:pass@mail.example.com',
  TEXTS_URL: 'https://AC123:token@texts.example.com',
}

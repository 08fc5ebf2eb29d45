import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCommand, UsageError } from './command.ts'

test('without a command it serves', () => {
  assert.deepEqual(readCommand([]), { name: 'serve', settings: {}, build: true })
  assert.deepEqual(readCommand(['--port', '3001', '--no-build']), {
    name: 'serve',
    settings: { PORT: '3001' },
    build: false,
  })
})

test('options stand for the settings of the environment', () => {
  assert.deepEqual(readCommand(['serve', '--data=here', '--host', '0.0.0.0', '--port=0']), {
    name: 'serve',
    settings: { PORT: '0', HOST: '0.0.0.0', LATCHKEY_DATA: 'here' },
    build: true,
  })
})

test('the demo has a seed, a size, and a form for programs', () => {
  const usual = { name: 'demo', settings: {}, build: true, json: false, seed: 1, tasks: 2_500, accounts: 1 }
  assert.deepEqual(readCommand(['demo']), usual)
  assert.deepEqual(
    readCommand(['demo', '--json', '--seed', '0', '--tasks', '110381', '--accounts', '1000']),
    {
      ...usual,
      json: true,
      seed: 0,
      tasks: 110_381,
      accounts: 1_000,
    },
  )
})

test('help and version are understood in every form', () => {
  for (const args of [['help'], ['--help'], ['-h'], ['demo', '--help']]) {
    assert.deepEqual(readCommand(args), { name: 'help' })
  }
  for (const word of ['version', '--version', '-v'])
    assert.deepEqual(readCommand([word]), { name: 'version' })
})

test('reset-link takes one e-mail address', () => {
  const command = readCommand(['reset-link', 'ann@example.com', '--data', 'here'])
  assert.deepEqual(command, {
    name: 'reset-link',
    email: 'ann@example.com',
    settings: { LATCHKEY_DATA: 'here' },
    withoutSecondFactor: false,
  })
  const lost = readCommand(['reset-link', 'ann@example.com', '--turn-off-two-factor'])
  assert.ok(lost.name === 'reset-link' && lost.withoutSecondFactor)
})

test('key-access lists, or lifts from one key what is said', () => {
  assert.deepEqual(readCommand(['key-access']), {
    name: 'key-access',
    key: null,
    fromAnywhere: false,
    enable: false,
    settings: {},
  })
  assert.deepEqual(readCommand(['key-access', 'aB3x', '--from-anywhere', '--data', 'here']), {
    name: 'key-access',
    key: 'aB3x',
    fromAnywhere: true,
    enable: false,
    settings: { LATCHKEY_DATA: 'here' },
  })
})

test('migrate brings the schema up to date, and distributes it where that is said', () => {
  assert.deepEqual(readCommand(['migrate', '--data', 'here']), {
    name: 'migrate',
    distribute: false,
    settings: { LATCHKEY_DATA: 'here' },
  })
  assert.deepEqual(readCommand(['migrate', '--distribute']), {
    name: 'migrate',
    distribute: true,
    settings: {},
  })
})

test('doctor looks at a sample for people, or at all for programs', () => {
  const usual = { name: 'doctor', full: false, json: false, settings: {} }
  assert.deepEqual(readCommand(['doctor']), usual)
  assert.deepEqual(readCommand(['doctor', '--full', '--json', '--data', 'here']), {
    ...usual,
    full: true,
    json: true,
    settings: { LATCHKEY_DATA: 'here' },
  })
})

test('what is not understood is said in one sentence', () => {
  const wrong: [string[], RegExp][] = [
    [['explode'], /"explode" is no command/],
    [['constructor'], /"constructor" is no command/],
    [['serve', '--json'], /"--json" is no option of "latchkey serve"/],
    [['demo', '--tasks'], /--tasks needs a value/],
    [['demo', '--tasks', '--json'], /--tasks needs a value/],
    [['demo', '--tasks', '0'], /--tasks is "0"; it must be a whole number from 1/],
    [['demo', '--tasks', '1e9'], /--tasks is "1e9"/],
    [['demo', '--seed', '-1'], /--seed/],
    [['demo', '--json=yes'], /--json takes no value/],
    [['serve', '--port', '65536'], /--port is "65536"; it must be a whole number from 0 to 65535/],
    [['serve', 'here'], /"here" is one word too many/],
    [['reset-link'], /Say whose/],
    [['key-access', '--enable'], /Say which key/],
    [['key-access', 'aB3x'], /Say what to lift/],
    [['key-access', 'aB3x', 'cD4y', '--enable'], /"cD4y" is one word too many/],
    [['reset-link', 'a@example.com', 'b@example.com'], /"b@example.com" is one word too many/],
  ]
  for (const [args, sentence] of wrong) {
    assert.throws(
      () => readCommand(args),
      (error: Error) => error instanceof UsageError && sentence.test(error.message),
      args.join(' '),
    )
  }
})

test('backup takes a place and restore a file, with what they are to leave out or check', () => {
  const backup = {
    name: 'backup',
    place: 'backups/',
    check: false,
    withFiles: true,
    json: false,
    settings: {},
  }
  assert.deepEqual(readCommand(['backup', 'backups/']), backup)
  assert.deepEqual(readCommand(['backup', '-', '--without-files', '--data', 'here']), {
    ...backup,
    place: '-',
    withFiles: false,
    settings: { LATCHKEY_DATA: 'here' },
  })
  assert.deepEqual(readCommand(['backup', '--check', '-', '--json']), {
    ...backup,
    place: '-',
    check: true,
    json: true,
  })
  const restore = { name: 'restore', place: 'a.backup', withoutSecret: false, json: false, settings: {} }
  assert.deepEqual(readCommand(['restore', 'a.backup']), restore)
  assert.deepEqual(readCommand(['restore', 'a.backup', '--without-secret']), {
    ...restore,
    withoutSecret: true,
  })
  for (const args of [
    ['backup'],
    ['restore'],
    ['backup', '-', '--json'],
    ['restore', 'a', 'b'],
    ['backup', '--port', '1'],
  ])
    assert.throws(() => readCommand(args), UsageError, args.join(' '))
})

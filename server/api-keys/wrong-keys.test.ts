import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ApiError } from '../errors/api-error.ts'
import { createWrongKeys, type WrongKeyLimits } from './wrong-keys.ts'

const usual: WrongKeyLimits = {
  windowMs: 60_000,
  free: 3,
  freeOfAll: 1_000,
  holdMs: 20,
  perSecond: 1_000,
  mostHeld: 100,
}

function wrongKeysOf(limits: Partial<WrongKeyLimits> = {}) {
  const warnings: object[] = []
  const wrongKeys = createWrongKeys({ warn: (details) => warnings.push(details) }, { ...usual, ...limits })
  const connection = () => ({
    isOpen: true,
    destroy() {
      this.isOpen = false
    },
  })
  const note = (address: string, on = connection()) =>
    wrongKeys.note({ address, connection: on }).catch((error: unknown) => {
      assert.ok(error instanceof ApiError)
      return error
    })
  const outcome = async (address: string) => {
    const noted = await note(address)
    return noted instanceof ApiError ? noted.code : noted
  }
  return { note, outcome, connection, warnings }
}

it('takes a few wrong keys of an address at once, and holds up those after them', async () => {
  const { note, outcome } = wrongKeysOf()
  for (let at = 0; at < usual.free; at++) assert.equal(await outcome('10.0.0.1'), 'at once')
  const begun = performance.now()
  const error = await note('10.0.0.1')
  assert.ok(performance.now() - begun > usual.holdMs - 2)
  assert.ok(error instanceof ApiError)
  assert.equal(error.code, 'too_many_wrong_keys')
  assert.ok(Number(error.headers['retry-after']) > 50)
  assert.equal(error.headers.connection, undefined, 'a new connection would cost more than the answer')
  assert.equal(await outcome('10.0.0.2'), 'at once', 'another address is not concerned')
})

it('holds up those of every address where very many come together, and blames none for it', async () => {
  const { outcome, warnings } = wrongKeysOf({ freeOfAll: 5 })
  for (let at = 0; at < 5; at++) assert.equal(await outcome(`10.0.0.${at}`), 'at once')
  for (let at = 5; at < 8; at++) assert.equal(await outcome(`10.0.0.${at}`), 'held')
  assert.deepEqual(warnings, [{ address: '10.0.0.5' }], 'the log tells of it once')
})

it('sends no more of the held answers in a second than it was told to', async () => {
  const { note } = wrongKeysOf({ free: 0, perSecond: 100 })
  const begun = performance.now()
  await Promise.all(Array.from({ length: 21 }, () => note('10.0.0.1')))
  assert.ok(performance.now() - begun > 200)
})

it('ends a connection on which more come while one is held', async () => {
  const { note, connection } = wrongKeysOf({ free: 0 })
  const [one, other] = [connection(), connection()]
  await Promise.all([note('10.0.0.1', one), note('10.0.0.1', other), note('10.0.0.1', other)])
  assert.deepEqual([one.isOpen, other.isOpen], [true, false])
})

it('answers those at once that would be too many to hold, and hangs up', async () => {
  const { note } = wrongKeysOf({ free: 0, mostHeld: 1, holdMs: 10_000, perSecond: 1_000 })
  void note('10.0.0.1')
  const error = await note('10.0.0.1')
  assert.ok(error instanceof ApiError)
  assert.deepEqual([error.code, error.headers.connection], ['too_many_wrong_keys', 'close'])
})

it('counts a network of IPv6 as one, and an address in two spellings', async () => {
  const { outcome } = wrongKeysOf()
  for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:0:0:0:3']) {
    assert.equal(await outcome(address), 'at once')
  }
  assert.equal(await outcome('2001:db8:1:2::4'), 'too_many_wrong_keys')
  assert.equal(await outcome('2001:db8:1:3::1'), 'at once')
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1']) {
    assert.equal(await outcome(address), 'at once')
  }
  assert.equal(await outcome('::ffff:10.0.0.1'), 'too_many_wrong_keys')
})

it('begins anew with the next window', async () => {
  const { outcome } = wrongKeysOf({ windowMs: 0 })
  for (let at = 0; at < 10; at++) assert.equal(await outcome('10.0.0.1'), 'at once')
})

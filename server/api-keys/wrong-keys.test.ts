import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ApiError } from '../errors/api-error.ts'
import { createWrongKeys } from './wrong-keys.ts'

const limits = { windowMs: 60_000, free: 3, holdMs: 20 }

async function outcome(noting: Promise<void>): Promise<string> {
  return noting.then(
    () => 'taken',
    (error) => (error instanceof ApiError ? error.code : String(error)),
  )
}

it('takes a few wrong keys of an address at once, and holds up those after them', async () => {
  const wrongKeys = createWrongKeys(limits)
  for (let at = 0; at < limits.free; at++) assert.equal(await outcome(wrongKeys.note('10.0.0.1')), 'taken')
  const begun = performance.now()
  const error = await wrongKeys.note('10.0.0.1').catch((caught) => caught)
  assert.ok(performance.now() - begun > limits.holdMs / 2 - 2)
  assert.equal(error.code, 'too_many_wrong_keys')
  assert.ok(Number(error.headers['retry-after']) > 50)
  assert.equal(await outcome(wrongKeys.note('10.0.0.2')), 'taken', 'another address is not concerned')
})

it('counts a network of IPv6 as one, and an address in two spellings', async () => {
  const wrongKeys = createWrongKeys(limits)
  for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:0:0:0:3']) {
    assert.equal(await outcome(wrongKeys.note(address)), 'taken')
  }
  assert.equal(await outcome(wrongKeys.note('2001:db8:1:2::4')), 'too_many_wrong_keys')
  assert.equal(await outcome(wrongKeys.note('2001:db8:1:3::1')), 'taken')
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1']) {
    assert.equal(await outcome(wrongKeys.note(address)), 'taken')
  }
  assert.equal(await outcome(wrongKeys.note('::ffff:10.0.0.1')), 'too_many_wrong_keys')
})

it('begins anew with the next window', async () => {
  const wrongKeys = createWrongKeys({ ...limits, windowMs: 0 })
  for (let at = 0; at < 10; at++) assert.equal(await outcome(wrongKeys.note('10.0.0.1')), 'taken')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowed, normalAddress } from './allowed-addresses.ts'

test('an address and a network have one spelling', () => {
  const spellings = [
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7/32 ', '203.0.113.7'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['::ffff:10.1.2.3/64', '::/64'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8:1:2::9/32', '2001:db8::/32'],
    ['::1', '::1'],
  ]
  for (const [given = '', normal] of spellings) assert.equal(normalAddress(given), normal, given)
})

test('what people or programs could read in two ways is refused', () => {
  const wrong = [
    '',
    'example.com',
    '10.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '256.0.0.1',
    '10.0.0.0/33',
  ]
  wrong.push(
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.0.0',
    '2001:db8::/129',
    'fe80::1%eth0',
  )
  wrong.push('*', '10.0.0.*', '10.0.0.1-10.0.0.9', '[::1]', '10.0.0.1:80')
  for (const given of wrong) assert.equal(normalAddress(given), null, given)
})

test('an empty list allows every address, and any other only what it names', () => {
  const list = ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'].map((entry) => normalAddress(entry) ?? '')
  for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '10.255.0.1', '2001:db8:ffff::1']) {
    assert.equal(isAllowed(list, address), true, address)
  }
  for (const address of ['203.0.113.8', '11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '', 'unknown', null]) {
    assert.equal(isAllowed(list, address), false, String(address))
    assert.equal(isAllowed([], address), true, String(address))
  }
})

test('a network of one kind says nothing of the other', () => {
  assert.equal(isAllowed(['::/0'], '203.0.113.7'), false)
  assert.equal(isAllowed(['0.0.0.0/0'], '2001:db8::1'), false)
  assert.equal(isAllowed(['0.0.0.0/0'], '::ffff:203.0.113.7'), true)
})

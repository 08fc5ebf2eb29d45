import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { holdsKey, keyPattern, maskKey, newKey, parseKey } from './key-format.ts'

describe('the format of a key', () => {
  it('is a prefix, 32 random characters and six of a checksum', () => {
    assert.match(newKey('live'), /^lk_live_[0-9A-Za-z]{38}$/)
    assert.match(newKey('test'), /^lk_test_[0-9A-Za-z]{38}$/)
  })

  it('stays what it is for keys that were given out: the checksum is never computed otherwise', () => {
    const known = 'lk_live_0123456789ABCDEFGHIJKLMNOPQRSTUV00JqhR'
    assert.equal(parseKey(known)?.text, known)
  })

  it('reads back every key that is made', () => {
    for (let made = 0; made < 500; made++) {
      const live = newKey('live')
      assert.deepEqual(parseKey(live), { kind: 'live', text: live })
      const test = newKey('test')
      assert.deepEqual(parseKey(test), { kind: 'test', text: test })
    }
  })

  it('is refused when any one character is another', () => {
    const alteration = fc.tuple(fc.nat(45), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }))
    fc.assert(
      fc.property(alteration, ([position, character]) => {
        const key = newKey('live')
        fc.pre(key[position] !== character)
        assert.equal(parseKey(key.slice(0, position) + character + key.slice(position + 1)), null)
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused when two neighbours are swapped, when it is cut, and when something stands around it', () => {
    const key = newKey('live')
    for (let position = 0; position < key.length - 1; position++) {
      const swapped =
        key.slice(0, position) + key.charAt(position + 1) + key.charAt(position) + key.slice(position + 2)
      assert.equal(parseKey(swapped) === null, swapped !== key, swapped)
    }
    for (const text of ['', ' ', key.slice(0, -1), `${key}0`, ` ${key}`, `${key}\n`, key.toUpperCase()]) {
      assert.equal(parseKey(text), null, JSON.stringify(text))
    }
  })

  it('uses every character of base62 about as often as any other', () => {
    const counts = new Map<string, number>()
    const keys = 2000
    for (let made = 0; made < keys; made++) {
      for (const character of newKey('live').slice(8, 40))
        counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    assert.equal(counts.size, 62)
    // 1,032 of each are expected with a deviation of 32; a remainder of 256 would give eight of them 1,250.
    const expected = (keys * 32) / 62
    for (const [character, count] of counts) {
      assert.ok(Math.abs(count - expected) < 195, `${character}: ${count} instead of about ${expected}`)
    }
  })

  it('is found anywhere in a text by the pattern for secret scanners', () => {
    const key = newKey('live')
    const found = `curl -H "Authorization: Bearer ${key}" # ${newKey('test')}`.match(
      new RegExp(keyPattern, 'g'),
    )
    assert.equal(found?.length, 2)
    assert.equal(found[0], key)
  })

  it('is found in an address, in its path, its query, or behind percent signs', () => {
    const key = newKey('live')
    const escaped = [...key].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('')
    for (const url of [
      `/rest/${key}`,
      `/rest?access_token=${key}&x=1`,
      `/rest?x=token%3D${key}`,
      `/rest?k=${escaped}`,
    ]) {
      assert.ok(holdsKey(url), url)
    }
    for (const url of ['/rest/contacts?page=2', '/rest?q=lk_live_', '/rest?q=%', '/rest?q=%zz%ff', '/']) {
      assert.ok(!holdsKey(url), url)
    }
  })

  it('is masked down to its last four characters', () => {
    assert.equal(maskKey('7Qx2', 'live'), 'lk_live_••••••••7Qx2')
  })
})

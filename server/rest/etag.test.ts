import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ApiError } from '../errors/api-error.ts'
import { etagOf, matchesNone, requireMatch } from './etag.ts'

const row = { id: 'a', version: 3 }

it('is weak, the same for the same body, and begins with the version of a record', () => {
  assert.match(etagOf('{}'), /^W\/"[\w-]{27}"$/)
  assert.match(etagOf('{}', 3), /^W\/"3-[\w-]{27}"$/)
  assert.equal(etagOf('{}'), etagOf('{}'))
  assert.notEqual(etagOf('{}'), etagOf('[]'))
})

it('is found in If-None-Match by weak comparison, in a list, and by a star', () => {
  const etag = etagOf('{}', 3)
  for (const header of [etag, etag.slice(2), `"x", ${etag}`, `${etag},"x"`, '*'])
    assert.ok(matchesNone(header, etag))
  for (const header of [undefined, '', '"x"', etag.slice(3, -1), `x${etag}`])
    assert.ok(!matchesNone(header, etag))
})

it('holds in If-Match as long as the version is the same', () => {
  for (const header of [undefined, '*', 'W/"3-abc"', '"3-"', '"1-a", "3-b"']) requireMatch(header, row)
  for (const header of ['', '"3"', 'W/"30-a"', 'W/"13-a"', '3-a', '"3-a', 'W/"-3-a"', 'w/"3-a"x']) {
    assert.throws(
      () => requireMatch(header, row),
      (error) => error instanceof ApiError && error.status === 412,
    )
  }
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actions, allows, areas, everyScope, parseScope, withoutRead } from './scopes.ts'

describe('scopes', () => {
  it('are an area and an action, or every area', () => {
    assert.equal(parseScope('deals:read'), 'deals:read')
    assert.equal(parseScope('*:delete'), '*:delete')
    for (const text of [
      '',
      'deals',
      'deals:',
      ':read',
      'deals:own',
      'deal:read',
      'deals:read:x',
      'toString:read',
    ])
      assert.equal(parseScope(text), null, text)
  })

  it('open what they name and nothing else', () => {
    assert.equal(allows(['deals:read'], 'deals', 'read'), true)
    assert.equal(allows(['deals:read'], 'deals', 'write'), false)
    assert.equal(allows(['deals:read'], 'tasks', 'read'), false)
    assert.equal(allows(['*:read'], 'tasks', 'read'), true)
    for (const area of Object.keys(areas) as (keyof typeof areas)[])
      for (const action of actions) assert.equal(allows(everyScope, area, action), true)
  })

  it('write and delete only what may be read', () => {
    assert.equal(withoutRead(['deals:read', 'deals:write', 'tasks:read']), null)
    assert.equal(withoutRead(['*:read', 'deals:delete']), null)
    assert.equal(withoutRead(['deals:read', 'tasks:write']), 'tasks:write')
    assert.equal(withoutRead(['*:write', 'deals:read']), '*:write')
  })
})

import assert from 'node:assert/strict'
import { afterEach, it, mock } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { secretsFrom } from '../secrets.ts'
import { openEngine } from '../storage/open.ts'
import { createChallenges } from './challenges.ts'
import { testSecret } from './test-server.ts'

forEachEngine((kind) => {
  afterEach(() => mock.timers.reset())

  it('spends a challenge once, for what it was made for, within the hour, and none of another server', async () => {
    const { url, directory } = await kind.open()
    const engine = await openEngine({ databaseUrl: url, dataDirectory: directory })
    const challenges = createChallenges(engine, secretsFrom(testSecret))
    const make = (purpose: string, from = challenges) => Buffer.from(from.make(purpose)).toString('base64url')
    const made = make('sign in')
    assert.notEqual(made, make('sign in'))
    assert.equal(await challenges.spend('register 1', made), false)
    assert.equal(await challenges.spend('sign in', made), true)
    assert.equal(await challenges.spend('sign in', made), false)
    const other = createChallenges(engine, secretsFrom(`${testSecret} of another`))
    for (const odd of [make('sign in', other), '', 'AAAA', `${make('sign in')}AAAA`, '\u0000']) {
      assert.equal(await challenges.spend('sign in', odd), false)
    }
    const late = make('sign in')
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_601_000 })
    assert.equal(await challenges.spend('sign in', late), false)
    await engine.close()
  })
})

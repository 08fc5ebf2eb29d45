import assert from 'node:assert/strict'
import { afterEach, it, mock } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { secretsFrom } from '../secrets.ts'
import { openEngine } from '../storage/open.ts'
import { createChallenges } from './challenges.ts'
import { onceIn } from './once.ts'
import { usedCodesOf } from './second-factor.ts'
import { testSecret } from './test-server.ts'

forEachEngine((kind) => {
  afterEach(() => mock.timers.reset())

  it('takes one thing once, by whichever way it is asked at the same time, until its time is over', async () => {
    const { url, directory } = await kind.open()
    const engine = await openEngine({ databaseUrl: url, dataDirectory: directory })
    const once = onceIn(engine, 'one', 60)
    const asked = await Promise.all(Array.from({ length: 5 }, () => once.isFirst('a')))
    assert.equal(asked.filter(Boolean).length, 1)
    assert.equal(await once.isFirst('b'), true)
    assert.equal(await onceIn(engine, 'another', 60).isFirst('a'), true)
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
    assert.equal(await once.isFirst('a'), true)
    await engine.close()
  })

  it('knows used codes and challenges also after a restart', async () => {
    const { url, directory } = await kind.open()
    const open = async () => {
      const engine = await openEngine({ databaseUrl: url, dataDirectory: directory })
      const challenges = createChallenges(engine, secretsFrom(testSecret))
      return { engine, challenges, codes: usedCodesOf(engine) }
    }
    const before = await open()
    const made = Buffer.from(before.challenges.make('sign in')).toString('base64url')
    assert.equal(await before.challenges.spend('sign in', made), true)
    assert.equal(await before.codes.isFirst('person', '123456'), true)
    await before.engine.close()
    const after = await open()
    assert.equal(await after.challenges.spend('sign in', made), false)
    assert.equal(await after.codes.isFirst('person', '123456'), false)
    assert.equal(await after.codes.isFirst('another person', '123456'), true)
    await after.engine.close()
  })
})

import assert from 'node:assert/strict'
import { beforeEach, describe, it, mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { paced } from './paced.ts'

const pause = 10

describe('paced work', () => {
  let runs: PromiseWithResolvers<void>[] = []
  const work = () => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  }
  /** Lets the newest run end. */
  const end = async () => {
    runs.at(-1)?.resolve()
    await turn()
  }
  const passes = async (time: number) => {
    mock.timers.tick(time)
    await turn()
  }

  beforeEach(() => {
    runs = []
    mock.timers.reset()
    mock.timers.enable({ apis: ['setTimeout'] })
  })

  it('runs what is alone without a pause, and what comes in one turn once', async () => {
    const { soon } = paced(work, pause)
    soon()
    soon()
    await turn()
    await turn()
    assert.equal(runs.length, 1)
  })

  it('does what came while it ran and paused in one more run', async () => {
    const { soon } = paced(work, pause)
    soon()
    await turn()
    soon()
    soon()
    await end()
    soon()
    await passes(pause - 1)
    assert.equal(runs.length, 1)
    await passes(1)
    assert.equal(runs.length, 2)
    await end()
    await passes(pause)
    assert.equal(runs.length, 2, 'nobody has asked for more')
  })

  it('leaves out the pause when it is told to, whether it is running or pausing', async () => {
    const pace = paced(work, pause)
    pace.soon()
    await turn()
    pace.now()
    await end()
    await passes(0)
    assert.equal(runs.length, 2)
    await end()
    pace.now()
    await turn()
    assert.equal(runs.length, 3)
  })
})

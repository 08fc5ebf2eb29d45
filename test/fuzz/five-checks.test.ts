import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import fc from 'fast-check'
import { resources } from '../../server/resources/operations.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { seeded } from './accounts.ts'
import { createChecks, writtenIn } from './checks.ts'
import type { FuzzOperation } from './document.ts'
import { fuzzOptions } from './options.ts'
import { transcript } from './report.ts'
import { createSession, createWorld, type Exchange, type Session, type World } from './session.ts'
import { createSteps, type Step, type Wanted } from './steps.ts'

const { seed } = fuzzOptions()
const kinds = new Map(resources.map(({ name, singular }) => [name, singular]))

/** Each check asks every operation that has an id in its path, with nothing else wrong. */
forEachEngine((engine) => {
  const server = startApi(engine)
  let world: World
  let session: Session
  let newest: string
  let turn = 0
  const startAnew = async () => {
    const { company, seeds } = await seeded(server)
    session = createSession(world, company, seeds)
    newest = await session.newestChange()
  }
  const withIds = (least: number) => world.api.operations.filter((operation) => idsIn(operation) >= least)

  before(async () => {
    world = await createWorld(server, kinds)
    await startAnew()
  })

  const play = async (step: Step): Promise<Exchange> => {
    const exchange = await session.play(step)
    const problems = [
      ...createChecks(world, session)(exchange),
      ...(await writtenIn(session, exchange, newest)),
    ]
    newest = await session.newestChange()
    if (problems.length > 0) assert.fail(transcript([exchange], problems))
    return exchange
  }
  const stepOf = (operation: FuzzOperation, wanted: Wanted): Step => {
    turn += 1
    const fine = createSteps(world.api)(operation, { ...wanted, isFine: true })
    const [step] = fc.sample(fine, { seed: seed + turn, numRuns: 1 })
    if (!step) throw new Error('fast-check has made no step')
    return step
  }
  const ask = (operation: FuzzOperation, wanted: Wanted) => play(stepOf(operation, wanted))

  it('ids of another account are answered with 404 by every operation, in every place of the path', async () => {
    const untouched = await world.theirs.rows()
    for (const operation of withIds(1)) {
      for (const wanted of [{ lastId: 'theirs' }, { firstId: 'theirs' }] as const) {
        const exchange = await ask(operation, wanted)
        assert.equal(exchange.status, 404, transcript([exchange], []))
      }
    }
    assert.equal(await world.theirs.rows(), untouched)
  })

  it('malformed ids are answered with 400 by every operation, in every place of the path', async () => {
    for (const operation of withIds(1)) {
      for (const wanted of [{ lastId: 'malformed' }, { firstId: 'malformed' }] as const) {
        const exchange = await ask(operation, wanted)
        assert.ok([400, 404].includes(exchange.status), transcript([exchange], []))
        if (exchange.status === 400)
          assert.match(
            exchange.text,
            /"code":"(invalid_id|invalid_parameter|malformed_url)"/,
            transcript([exchange], []),
          )
      }
    }
  })

  it('a record is not reached through a parent of another', async () => {
    const members = withIds(2)
    const lists = world.api.operations.filter(
      ({ method, path }) => method === 'GET' && members.some((member) => member.path.startsWith(`${path}/{`)),
    )
    // The lists tell whose the first children are; then each has a second one that could be taken for its parent.
    for (const operation of lists) await ask(operation, {})
    for (const parent of new Set(members.map(({ path }) => path.split('/{')[0]))) {
      const make = world.api.operations.find(({ method, path }) => method === 'POST' && path === parent)
      if (make) await ask(make, {})
    }
    let strangers = 0
    for (const operation of members) {
      const exchange = await ask(operation, { firstId: 'stranger' })
      if (Object.values(exchange.origins).includes('stranger')) strangers += 1
      assert.equal(exchange.status, 404, transcript([exchange], []))
    }
    assert.ok(strangers > members.length / 2, `${strangers} of ${members.length} had a wrong parent`)
  })

  it('a deleted record is answered with 404 by every operation but its restoring', async () => {
    const deletes = world.api.operations.filter(
      ({ method, path }) => method === 'DELETE' && /^\/\w+\/\{id\}$/.test(path),
    )
    let gone = 0
    for (const operation of deletes) {
      await startAnew()
      const { status } = await ask(operation, {})
      if (status !== 204) continue
      gone += 1
      const kind = operation.pathParameters[0]?.kinds[0] ?? ''
      const about = withIds(1).filter(
        ({ path, pathParameters }) =>
          !path.endsWith('/restore') && pathParameters.at(-1)?.kinds.includes(kind),
      )
      for (const other of about) {
        const exchange = await ask(other, { lastId: 'deleted' })
        const isDeleted = Object.values(exchange.origins).includes('deleted')
        const isAsked = exchange.path.includes('include_deleted')
        if (isDeleted && !isAsked) assert.equal(exchange.status, 404, transcript([exchange], []))
      }
    }
    assert.ok(gone > 5, `${gone} kinds of record could be deleted`)
  })
})

function idsIn({ pathParameters }: FuzzOperation): number {
  return pathParameters.filter(({ schema }) => schema.format === 'uuid').length
}

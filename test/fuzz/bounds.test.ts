import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import fc from 'fast-check'
import { resources } from '../../server/resources/operations.ts'
import { countAgain } from '../../server/resources/reports/testing.ts'
import { dataOf, ids, metaOf } from '../api/client.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { callers, limitedCallers, liveKey, placedKey, placedMember, testKey } from './callers.ts'
import { createChecks, writtenIn } from './checks.ts'
import type { FuzzOperation } from './document.ts'
import { fuzzOptions } from './options.ts'
import { transcript } from './report.ts'
import { idsIn } from './rows.ts'
import type { Scene } from './scenes.ts'
import { createSession, createWorld, type Exchange, type Session, type World } from './session.ts'
import { createSteps, type Step, type Wanted } from './steps.ts'

const { seed } = fuzzOptions()

/** Each check asks every operation that has an id in its path, with nothing else wrong. */
forEachEngine((engine) => {
  const server = startApi(engine)
  let world: World
  let scene: Scene
  let session: Session
  let newest: string
  let turn = 0
  const startAnew = async () => {
    scene = await world.openScene(liveKey)
    session = createSession(world, scene)
    newest = await session.newestChange()
  }
  const withIds = (least: number) => world.api.operations.filter((operation) => placesFor(operation) >= least)

  before(async () => {
    world = await createWorld(server, resources)
    await startAnew()
  })

  const play = async (step: Step): Promise<Exchange> => {
    const exchange = await session.play(step)
    const before = newest
    newest = await session.newestChange()
    const problems = [
      ...createChecks(world, scene, session)(exchange),
      ...writtenIn(exchange, { before, after: newest }),
    ]
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
    for (const operation of withIds(1)) {
      for (const wanted of [{ lastId: 'theirs' }, { firstId: 'theirs' }] as const) {
        const exchange = await ask(operation, wanted)
        assert.equal(exchange.status, 404, transcript([exchange], []))
      }
    }
    assert.deepEqual(await scene.problems(), [])
  })

  it('the same request under the same idempotency key is run in each account', async () => {
    const made = new Set<string>()
    // A person is the same one in each of them.
    for (const caller of [liveKey, liveKey, testKey, placedMember, placedMember]) {
      const { credentials } = await world.openScene(caller)
      const twin = await server
        .client(credentials.headers)
        .post('/contacts', { full_name: 'Rosa Field' }, { 'idempotency-key': 'twin' })
      assert.equal(twin.headers.get('idempotent-replayed'), null)
      made.add(dataOf(twin).id)
    }
    assert.equal(made.size, 5)
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

  for (const { caller } of callers) {
    it(`${caller.name} finds all that is open to it, and nothing else, in lists, counts and exports`, async () => {
      const { credentials, recordsOf, hidden } = await world.openScene(caller)
      const api = server.client(credentials.headers)
      let found = 0
      for (const { name } of resources.filter((one) => one.operations.includes('list'))) {
        const first = await api.get(`/${name}`)
        if (first.status === 403) continue
        const listed = await api.all(`/${name}`)
        const seen = ids(listed)
        found += seen.length
        assert.equal(metaOf(first).total_count, seen.length, name)
        // What was made since is not in question.
        const { open, closed } = recordsOf(name)
        const known = new Set([...open, ...closed])
        assert.deepEqual(seen.filter((id) => known.has(id)).toSorted(), open.toSorted(), name)
        const exported = await fetch(`${server.url}/rest/export/${name}.ndjson`, {
          headers: credentials.headers,
        })
        const lines = (await exported.text()).split('\n').filter((line) => line !== '')
        if (exported.status === 200)
          assert.deepEqual(lines.map((line) => JSON.parse(line).id).toSorted(), seen.toSorted(), name)
        assert.deepEqual(hidden.wordsIn(`${JSON.stringify(listed)} ${lines.join(' ')}`), [], name)
      }
      assert.ok(found > 30, `${found} records`)
    })
  }

  for (const caller of limitedCallers) {
    it(`${caller.name} is refused by every operation that reads what is closed to it`, async () => {
      const { credentials, open, hidden } = await world.openScene(caller)
      const api = server.client(credentials.headers)
      let refused = 0
      for (const { path, pathParameters } of withIds(1).filter(({ method }) => method === 'GET')) {
        const kinds = pathParameters.map((parameter) => parameter.kinds[0] ?? '')
        const closed = hidden.closedOf(kinds.at(-1) ?? '')
        if (closed === undefined) continue
        const ids = [...kinds.slice(0, -1).map((kind) => open.get(kind)?.[0] ?? closed), closed]
        const { status, text } = await api.get(path.replace(/\{\w+\}/g, () => ids.shift() ?? ''))
        assert.ok([403, 404].includes(status), `${path} answers ${status}: ${text.slice(0, 300)}`)
        assert.deepEqual(hidden.wordsIn(text), [])
        refused += 1
      }
      assert.ok(refused > 10, `${refused} operations`)
    })
  }

  for (const { caller } of callers) {
    it(`${caller.name} finds nothing in the histories of what is open to it that is not`, async () => {
      const { credentials, open, hidden } = await world.openScene(caller)
      const api = server.client(credentials.headers)
      let told = 0
      for (const { path, pathParameters } of world.api.operations.filter((one) =>
        one.path.endsWith('/history'),
      )) {
        for (const id of open.get(pathParameters[0]?.kinds[0] ?? '') ?? []) {
          const { status, text } = await api.get(path.replace('{id}', id))
          if (status === 200) told += 1
          assert.deepEqual(
            [...[...idsIn(text)].filter((one) => hidden.ids.has(one)), ...hidden.wordsIn(text)],
            [],
          )
        }
      }
      assert.ok(told > 10, `${told} histories`)
    })
  }

  for (const caller of [placedKey, placedMember]) {
    it(`${caller.name} is told numbers in reports that its lists tell too`, async () => {
      const { credentials } = await world.openScene(caller)
      const api = server.client(credentials.headers)
      let counted = 0
      for (const path of ['deals/by_assignee', 'processes/by_type', 'tasks/by_assignee'])
        counted += await countAgain(api, path)
      assert.ok(counted > 10, `${counted} numbers`)
    })
  }
})

function placesFor({ pathParameters }: FuzzOperation): number {
  return pathParameters.filter(({ schema }) => schema.format === 'uuid').length
}

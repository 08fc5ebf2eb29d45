import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { openApiDocument } from '../../server/reference/openapi.ts'
import { operations, resources } from '../../server/resources/operations.ts'
import { type Company, startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { seeded } from './accounts.ts'
import { createChecks, writtenIn } from './checks.ts'
import { type FuzzOperation, readApi } from './document.ts'
import { fewestRequests, fuzzOptions } from './options.ts'
import { transcript } from './report.ts'
import { createSession, createWorld, type Exchange, type World } from './session.ts'
import { createSteps, type Step, sequencesOf } from './steps.ts'

const options = fuzzOptions()
const kinds = new Map(resources.map(({ name, singular }) => [name, singular]))
const tags = Map.groupBy(
  readApi(openApiDocument(operations(unread), { publicUrl: 'http://localhost' }), kinds).operations,
  ({ tag }) => tag,
)
const meanLength = 100
/** How long a failure is made shorter, which is a sequence of requests each time. */
const shrinkingMs = 30_000

function unread(): never {
  throw new Error('The document is made without running an operation.')
}

forEachEngine((engine) => {
  const server = startApi(engine)
  let world: World
  let requests = 0
  const answered = new Map<string, Set<number>>()

  before(async () => {
    world = await createWorld(server, kinds)
  })

  const count = (exchange: Exchange) => {
    requests += 1
    for (const { step, status } of [exchange, ...exchange.inner]) {
      const seen = answered.get(step.operation.id) ?? new Set()
      answered.set(step.operation.id, seen.add(status))
    }
  }

  /** Plays steps in an account. @throws Error with all that was said, at the first answer that breaks something */
  const createPlayer = (company: Company, seeds: Record<string, string>) => {
    const session = createSession(world, company, seeds)
    const check = createChecks(world, session)
    const exchanges: Exchange[] = []
    let newest: string | undefined
    return async (step: Step): Promise<void> => {
      newest ??= await session.newestChange()
      const exchange = await session.play(step)
      exchanges.push(exchange)
      count(exchange)
      const problems = [...check(exchange), ...(await writtenIn(session, exchange, newest))]
      newest = await session.newestChange()
      if (problems.length > 0) throw new Error(transcript(exchanges, problems))
    }
  }

  const playAll = async (steps: readonly Step[]): Promise<void> => {
    const { company, seeds } = await seeded(server)
    const untouched = await world.theirs.rows()
    const play = createPlayer(company, seeds)
    for (const step of steps) await play(step)
    assert.ok((await world.theirs.rows()) === untouched, 'the other account has changed')
  }

  describe('the API holds under any sequence of requests around', () => {
    for (const [tag, all] of tags) {
      const share = all.length / [...tags.values()].flat().length
      const runs = Math.max(2, Math.ceil((options.requests * share) / meanLength))
      it(tag, async () => {
        const operations = world.api.operations.filter((operation) => operation.tag === tag)
        const sequences = sequencesOf(operations, createSteps(world.api), meanLength)
        let shortest = ''
        let shrinkUntil = Number.POSITIVE_INFINITY
        const property = fc.asyncProperty(sequences, async (steps) => {
          if (Date.now() > shrinkUntil) return
          try {
            await playAll(steps)
          } catch (error) {
            if (shortest === '') shrinkUntil = Date.now() + shrinkingMs
            shortest = error instanceof Error ? error.message : String(error)
            throw error
          }
        })
        const { seed, path } = options
        const result = await fc.check(property, { seed, numRuns: runs, ...(path ? { path } : {}) })
        if (!result.failed) return
        const again = `FUZZ_SEED=${seed} FUZZ_PATH=${result.counterexamplePath} npm test -- test/fuzz --test-name-pattern="on ${engine.name}" --test-name-pattern="${tag}"`
        assert.fail(`${shortest}\n\nThis again: ${again}`)
      })
    }
  })

  const isMet = (operation: FuzzOperation, isWanted: (status: number) => boolean) =>
    [...(answered.get(operation.id) ?? [])].some(isWanted)
  const isSuccess = (status: number) => status < 300
  const isRefusal = (status: number) => status >= 400 && status !== 401

  /** What chance has left out is asked for: on a record of its own, until it answers as wanted. */
  const askFor = async (operation: FuzzOperation, isWanted: (status: number) => boolean): Promise<void> => {
    const steps = createSteps(world.api)
    const fine = (one: FuzzOperation) => steps(one, { isFine: true })
    // Of a member of another record: a further one there, so that parent and child fit.
    const above =
      operation.pathParameters.length > 1
        ? operation.path.replace(/\/\{\w+\}$/, '')
        : `/${operation.path.split('/')[1]}`
    const makers = world.api.operations.filter(
      ({ id, method, path }) =>
        id !== operation.id &&
        ((method === 'POST' && path === above) || (method === 'PUT' && path === operation.path)),
    )
    const wanted = isWanted(200) && operation.path !== '/batch' ? fine(operation) : steps(operation)
    const some = fc.sample(fc.tuple(...makers.map(fine), wanted), { seed: options.seed, numRuns: 150 })
    const { company, seeds } = await seeded(server)
    const player = createPlayer(company, seeds)
    for (const step of some.flat()) {
      if (isMet(operation, isWanted)) return
      await player(step)
    }
  }

  it('has met every operation, with a success and with a refusal', {
    skip: options.path !== undefined,
  }, async () => {
    const unmet: string[] = []
    for (const operation of world.api.operations) {
      for (const isWanted of [isSuccess, isRefusal]) {
        if (!isMet(operation, isWanted)) await askFor(operation, isWanted)
        if (!isMet(operation, isWanted)) unmet.push(`${operation.id}: no ${isWanted.name}`)
      }
    }
    assert.deepEqual(unmet, [])
    assert.ok(requests >= Math.min(fewestRequests, options.requests), `${requests} requests`)
  })
})

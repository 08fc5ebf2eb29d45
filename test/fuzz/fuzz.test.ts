import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { openApiDocument } from '../../server/reference/openapi.ts'
import { operations, resources } from '../../server/resources/operations.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { type Caller, callers, liveKey } from './callers.ts'
import { createChecks, writtenIn } from './checks.ts'
import { type FuzzOperation, readApi } from './document.ts'
import { fewestRequests, fuzzOptions } from './options.ts'
import { transcript } from './report.ts'
import type { Scene } from './scenes.ts'
import { createSession, createWorld, type Exchange, type World } from './session.ts'
import { createSteps, type Step, sequencesOf } from './steps.ts'

const options = fuzzOptions()
const kinds = new Map(resources.map(({ name, singular }) => [name, singular]))
const tags = Map.groupBy(
  readApi(openApiDocument(operations(unread), { publicUrl: 'http://localhost' }), kinds).operations,
  ({ tag }) => tag,
)
/** Longer where there are more: each begins with copies of some thousand rows. */
const meanLength = Math.min(400, Math.max(100, Math.round(options.requests / 400)))
/** How long a failure is made shorter, which is a sequence of requests each time. */
const shrinkingMs = 30_000

const anyCaller = fc.oneof(
  ...callers.map(({ caller, weight }) => ({ arbitrary: fc.constant(caller), weight })),
)

/** How many answers each kind of caller gets at least that show something. */
const wantedAnswers = 20

function holdsAny(text: string, open: Scene['open']): boolean {
  return [...open.values()].some((ids) => ids.some((id) => text.includes(id)))
}

function unread(): never {
  throw new Error('The document is made without running an operation.')
}

forEachEngine((engine) => {
  const server = startApi(engine)
  let world: World
  let requests = 0
  const answered = new Map<string, Set<number>>()

  before(async () => {
    world = await createWorld(server, resources)
  })

  const shown = new Map(callers.map(({ caller }) => [caller.name, 0]))

  const count = (exchange: Exchange, { caller, open }: Scene) => {
    requests += 1
    const times = shown.get(caller.name) ?? 0
    if (times < wantedAnswers && exchange.status < 300 && holdsAny(exchange.text, open))
      shown.set(caller.name, times + 1)
    for (const { step, status } of [exchange, ...exchange.inner]) {
      const seen = answered.get(step.operation.id) ?? new Set()
      answered.set(step.operation.id, seen.add(status))
    }
  }

  /** Plays steps in a scene. @throws Error with all that was said, at the first answer that breaks something */
  const createPlayer = (scene: Scene) => {
    const session = createSession(world, scene)
    const check = createChecks(world, scene, session)
    const exchanges: Exchange[] = []
    let newest: string | undefined
    return async (step: Step): Promise<void> => {
      newest ??= await session.newestChange()
      const exchange = await session.play(step)
      exchanges.push(exchange)
      count(exchange, scene)
      const before = newest
      newest = await session.newestChange()
      const problems = [...check(exchange), ...writtenIn(exchange, { before, after: newest })]
      if (problems.length > 0) throw new Error(transcript(exchanges, problems))
    }
  }

  const playAll = async (caller: Caller, steps: readonly Step[]): Promise<void> => {
    const scene = await world.openScene(caller)
    const play = createPlayer(scene)
    for (const step of steps) await play(step)
    assert.deepEqual(await scene.problems(), [])
  }

  describe('the API holds under any sequence of requests around', () => {
    for (const [at, [tag, all]] of [...tags].entries()) {
      const share = all.length / [...tags.values()].flat().length
      const runs = Math.max(2, Math.ceil((options.requests * share) / meanLength))
      it(tag, async () => {
        const operations = world.api.operations.filter((operation) => operation.tag === tag)
        const sequences = sequencesOf(operations, createSteps(world.api), meanLength)
        let shortest = ''
        let shrinkUntil = Number.POSITIVE_INFINITY
        const property = fc.asyncProperty(anyCaller, sequences, async (caller, steps) => {
          if (Date.now() > shrinkUntil) return
          try {
            await playAll(caller, steps)
          } catch (error) {
            if (shortest === '') shrinkUntil = Date.now() + shrinkingMs
            shortest = `With ${caller.name}:\n${error instanceof Error ? error.message : String(error)}`
            throw error
          }
        })
        const { seed, path } = options
        // Another one for each part, so that each begins with other callers.
        const own = { seed: seed + at, numRuns: runs }
        const result = await fc.check(property, { ...own, ...(path ? { path } : {}) })
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
    const player = createPlayer(await world.openScene(liveKey))
    for (const step of some.flat()) {
      if (isMet(operation, isWanted)) return
      await player(step)
    }
  }

  it('has met every operation, with a success and with a refusal', {
    skip: options.path !== undefined,
  }, async (context) => {
    const unmet: string[] = []
    for (const operation of world.api.operations) {
      for (const isWanted of [isSuccess, isRefusal]) {
        if (!isMet(operation, isWanted)) await askFor(operation, isWanted)
        if (!isMet(operation, isWanted)) unmet.push(`${operation.id}: no ${isWanted.name}`)
      }
    }
    assert.deepEqual(unmet, [])
    context.diagnostic(`${requests} requests on ${engine.name}`)
    assert.ok(requests >= Math.min(fewestRequests, options.requests), `${requests} requests`)
  })

  it('has shown every kind of caller something of what is open to it', {
    skip: options.path !== undefined,
  }, () => {
    for (const [name, answers] of shown) assert.equal(answers, wantedAnswers, name)
  })
})

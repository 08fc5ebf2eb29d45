import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { openApiDocument } from '../../server/reference/openapi.ts'
import { operations, resources } from '../../server/resources/operations.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { seeded } from './accounts.ts'
import { createChecks, writtenIn } from './checks.ts'
import { readApi } from './document.ts'
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
const meanLength = 50
/** How long a failure is made shorter, which is a sequence of requests each time. */
const shrinkingMs = Number(process.env.FUZZ_SHRINK ?? 30_000)

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

  /** @throws Error with all that was said, at the first answer that breaks something */
  const playAll = async (steps: readonly Step[]): Promise<void> => {
    const { company, seeds } = await seeded(server)
    const session = createSession(world, company, seeds)
    const check = createChecks(world, session)
    const untouched = await world.theirs.rows()
    const exchanges: Exchange[] = []
    let newest = await session.newestChange()
    for (const step of steps) {
      const exchange = await session.play(step)
      exchanges.push(exchange)
      count(exchange)
      const problems = [...check(exchange), ...(await writtenIn(session, exchange, newest))]
      newest = await session.newestChange()
      if (problems.length > 0) throw new Error(transcript(exchanges, problems))
    }
    if ((await world.theirs.rows()) !== untouched)
      throw new Error(transcript(exchanges, ['the other account has changed']))
  }

  describe('the API holds under any sequence of requests around', () => {
    for (const [tag, all] of tags) {
      const share = all.length / [...tags.values()].flat().length
      const runs = Math.max(3, Math.ceil((options.requests * share) / meanLength))
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

  it('has met every operation, with a success and with a refusal', {
    skip: options.path !== undefined,
  }, () => {
    const statuses = world.api.operations.map(({ id }) => [id, [...(answered.get(id) ?? [])]] as const)
    const unmet = statuses.filter(
      ([, seen]) =>
        !seen.some((status) => status < 300) || !seen.some((status) => status >= 400 && status !== 401),
    )
    assert.deepEqual(unmet, [])
    assert.ok(requests >= Math.min(fewestRequests, options.requests), `${requests} requests`)
  })
})

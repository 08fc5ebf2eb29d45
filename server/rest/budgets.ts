import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import { ApiError } from '../errors/api-error.ts'
import type { Engine } from '../storage/engine.ts'
import type { Caller } from './caller.ts'

/** The two budgets of an account, a minute long: requests, and records returned (`contract.md` §1). */
export interface Budgets {
  /** Counts a request. @throws ApiError rate_limited, with all headers, when a budget is used up. */
  spendRequest(caller: Caller): Promise<Spending>
}

/** What a request has used, and the headers that say so. */
export interface Spending {
  /** Counts records that are about to be returned. The page that overshoots is still served. */
  spendRecords(count: number): Promise<void>
  /** Counts further requests, or none. @throws ApiError rate_limited when fewer are left. */
  spendRequests(count: number): Promise<void>
  headers(): Record<string, string>
}

/** What the records limit says when there is none: clients compare it with their count. */
export const noLimit = 2_147_483_647

const seconds = 60

interface State {
  requestsLimit: number
  recordsLimit: number | null
  requests: number
  records: number
  /** Seconds until the budgets begin anew. */
  reset: number
}

export function createBudgets(engine: Engine): Budgets {
  const requests = engine.counter('requests', seconds)
  const records = engine.counter('records', seconds)
  return {
    async spendRequest(caller) {
      const { requestsPerMinute, recordsPerMinute } = caller.settings
      const [spent, returned] = await Promise.all([
        requests.consume(caller.budget, 1),
        recordsPerMinute === null ? null : records.get(caller.budget),
      ])
      const state: State = {
        requestsLimit: requestsPerMinute,
        recordsLimit: recordsPerMinute,
        requests: spent.consumedPoints,
        records: returned?.consumedPoints ?? 0,
        reset: secondsUntil(spent),
      }
      if (spent.consumedPoints > requestsPerMinute) throw refused('requests', state)
      if (recordsPerMinute !== null && state.records >= recordsPerMinute) {
        throw refused('records', { ...state, reset: returned ? secondsUntil(returned) : seconds })
      }
      return spendingOf(state, { requests, records }, caller.budget)
    },
  }
}

interface Counters {
  requests: RateLimiterAbstract
  records: RateLimiterAbstract
}

function spendingOf(state: State, { requests, records }: Counters, budget: string): Spending {
  return {
    async spendRecords(count) {
      if (state.recordsLimit === null || count === 0) {
        state.records += count
        return
      }
      state.records = (await records.penalty(budget, count)).consumedPoints
    },
    async spendRequests(count) {
      if (count === 0) return
      const spent = await requests.penalty(budget, count)
      if (spent.consumedPoints > state.requestsLimit) {
        const { consumedPoints } = await requests.reward(budget, count)
        throw refused('requests', { ...state, requests: consumedPoints, reset: secondsUntil(spent) })
      }
      state.requests = spent.consumedPoints
    },
    headers: () => headersOf(state),
  }
}

function headersOf(state: State): Record<string, string> {
  const left = Math.max(0, state.requestsLimit - state.requests)
  return {
    'x-ratelimit-metric-requests-limit': String(state.requestsLimit),
    'x-ratelimit-metric-requests-count': String(state.requests),
    'x-ratelimit-metric-records-limit': String(state.recordsLimit ?? noLimit),
    'x-ratelimit-metric-records-count': String(state.records),
    'ratelimit-policy': policies(state),
    ratelimit: `"requests";r=${left};t=${state.reset}`,
  }
}

function policies(state: State): string {
  const requests = `"requests";q=${state.requestsLimit};w=${seconds}`
  return state.recordsLimit === null
    ? requests
    : `${requests}, "records";q=${state.recordsLimit};w=${seconds}`
}

function refused(metric: 'requests' | 'records', state: State): ApiError {
  return new ApiError(
    'rate_limited',
    `Rate limit exceeded for ${metric}, please wait 1 minute before retrying`,
    {
      headers: {
        ...headersOf(state),
        'x-ratelimit-metric-error': metric,
        'x-ratelimit-retry-after': String(state.reset),
        'retry-after': String(state.reset),
      },
    },
  )
}

function secondsUntil(result: RateLimiterRes): number {
  return Math.max(1, Math.ceil(result.msBeforeNext / 1000))
}

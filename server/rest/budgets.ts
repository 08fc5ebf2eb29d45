import { ApiError } from '../errors/api-error.ts'
import type { Engine } from '../storage/engine.ts'
import type { Caller } from './caller.ts'
import { type Counting, createCounting } from './counting.ts'

/**
 * The two budgets of an account, a minute long: requests, and records returned (`contract.md` §1). A key can
 * have a budget of requests of its own, which counts beside the account's.
 */
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

/** A budget of requests as it stands. */
interface RequestBudget {
  counting: Counting
  /** Whose it is. */
  name: string
  limit: number
  used: number
  /** Seconds until it begins anew. */
  reset: number
}

interface State {
  requests: RequestBudget[]
  recordsLimit: number | null
  records: number
}

export function createBudgets(engine: Engine): Budgets {
  const requests = createCounting(engine, 'requests', seconds)
  const requestsOfKeys = createCounting(engine, 'key_requests', seconds)
  const records = createCounting(engine, 'records', seconds)
  return {
    async spendRequest(caller) {
      const { requestsPerMinute, recordsPerMinute } = caller.settings
      const state: State = { requests: [], recordsLimit: recordsPerMinute, records: 0 }
      const ofKey = caller.key?.requestsPerMinute ?? null
      if (caller.key && ofKey !== null) {
        // First, so that what a key asks for in vain is taken from nobody else.
        state.requests.push(await spend(requestsOfKeys, caller.key.keyId, ofKey))
        if (state.requests.some(isOverspent)) throw refused('requests', state, tightest(state).reset)
      }
      const [ofAccount, returned] = await Promise.all([
        spend(requests, caller.budget, requestsPerMinute),
        recordsPerMinute === null ? null : records.add(caller.budget, 0, recordsPerMinute),
      ])
      state.requests.unshift(ofAccount)
      state.records = returned?.used ?? 0
      if (isOverspent(ofAccount)) throw refused('requests', state, ofAccount.reset)
      if (recordsPerMinute !== null && state.records >= recordsPerMinute) {
        throw refused('records', state, returned?.reset ?? seconds)
      }
      return spendingOf(state, records, caller.budget)
    },
  }
}

async function spend(counting: Counting, name: string, limit: number): Promise<RequestBudget> {
  return { counting, name, limit, ...(await counting.add(name, 1, limit)) }
}

function spendingOf(state: State, records: Counting, budget: string): Spending {
  return {
    async spendRecords(count) {
      if (state.recordsLimit === null || count === 0) {
        state.records += count
        return
      }
      state.records = (await records.add(budget, count, state.recordsLimit)).used
    },
    async spendRequests(count) {
      if (count === 0) return
      await Promise.all(state.requests.map((one) => move(one, count)))
      if (!state.requests.some(isOverspent)) return
      const { reset } = tightest(state)
      await Promise.all(state.requests.map((one) => move(one, -count)))
      throw refused('requests', state, reset)
    },
    headers: () => headersOf(state, tightest(state).reset),
  }
}

/** Takes from a budget, or gives back to it. */
async function move(budget: RequestBudget, count: number): Promise<void> {
  budget.used = (await budget.counting.add(budget.name, count, budget.limit)).used
}

function isOverspent({ used, limit }: RequestBudget): boolean {
  return used > limit
}

/** The budget of requests of which least is left; of several that are used up, the one that is so the longest. */
function tightest({ requests }: State): RequestBudget {
  const left = ({ limit, used }: RequestBudget) => Math.max(0, limit - used)
  return requests.reduce((least, one) => {
    if (isOverspent(least) && isOverspent(one)) return one.reset > least.reset ? one : least
    if (isOverspent(least) !== isOverspent(one)) return isOverspent(one) ? one : least
    return left(one) < left(least) ? one : least
  })
}

function headersOf(state: State, reset: number): Record<string, string> {
  const { limit, used } = tightest(state)
  return {
    'x-ratelimit-metric-requests-limit': String(limit),
    'x-ratelimit-metric-requests-count': String(used),
    'x-ratelimit-metric-records-limit': String(state.recordsLimit ?? noLimit),
    'x-ratelimit-metric-records-count': String(state.records),
    'ratelimit-policy': policies(limit, state.recordsLimit),
    ratelimit: `"requests";r=${Math.max(0, limit - used)};t=${reset}`,
  }
}

function policies(requestsLimit: number, recordsLimit: number | null): string {
  const requests = `"requests";q=${requestsLimit};w=${seconds}`
  return recordsLimit === null ? requests : `${requests}, "records";q=${recordsLimit};w=${seconds}`
}

function refused(metric: 'requests' | 'records', state: State, reset: number): ApiError {
  return new ApiError(
    'rate_limited',
    `Rate limit exceeded for ${metric}, please wait 1 minute before retrying`,
    {
      headers: {
        ...headersOf(state, reset),
        'x-ratelimit-metric-error': metric,
        'x-ratelimit-retry-after': String(reset),
        'retry-after': String(reset),
      },
    },
  )
}

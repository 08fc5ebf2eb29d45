/**
 * How far the fuzz test goes. `FUZZ_REQUESTS` says how many requests each engine gets, `FUZZ_SEED` which ones;
 * `FUZZ_PATH` leads to one failure again, as its report says.
 */
export interface FuzzOptions {
  requests: number
  seed: number
  path: string | undefined
}

/** What the checks run: 20,000 requests on both engines together, and some more for those that end early. */
export const fewestRequests = 10_000

export function fuzzOptions(env: NodeJS.ProcessEnv = process.env): FuzzOptions {
  return {
    requests: wholeNumber(env.FUZZ_REQUESTS, 'FUZZ_REQUESTS') ?? fewestRequests,
    seed: wholeNumber(env.FUZZ_SEED, 'FUZZ_SEED') ?? 1_848,
    path: env.FUZZ_PATH || undefined,
  }
}

function wholeNumber(text: string | undefined, name: string): number | null {
  if (!text) return null
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}"`)
  return Number(text)
}

import { throttled } from './asking-better-auth.ts'
import type { Attempts } from './attempts.ts'

/** Counts a try at a secret. @throws ApiError sign_in_throttled after too many of them, from wherever */
export async function refuseGuessing(attempts: Attempts, whose: string, address: string): Promise<void> {
  const seconds = await attempts.count(whose, address)
  if (seconds !== null) throw throttled(String(seconds))
}

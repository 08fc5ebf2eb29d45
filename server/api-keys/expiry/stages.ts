const day = 24 * 60 * 60 * 1_000

/** How many days before its end the admins are told of a key, the first first; 0 when it has ended. */
export const stages = [14, 3, 0] as const

/** The latest end, in milliseconds since 1970, whose stage has begun by then. */
export function lastEndIn(stage: number, at: number): number {
  return at + stage * day
}

/** The last stage of an end that has begun by then, or null before the first. */
export function begun(expiresAt: number, at: number): number | null {
  return stages.findLast((stage) => expiresAt <= lastEndIn(stage, at)) ?? null
}

/**
 * The stage that counts as told of an end that is set now, or null when none has begun: a key that is made for
 * a week is not told of as one that ends in 14 days.
 */
export function told(expiresAt: number | null, at: number): number | null {
  return expiresAt === null ? null : begun(expiresAt, at)
}

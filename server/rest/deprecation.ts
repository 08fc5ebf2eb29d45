/** What is said of an operation that will go; the guide on versioning promises how. */
export interface Deprecation {
  /** The day since when it is deprecated: `2026-12-01`. */
  since: string
  /** The day when it goes, at least 12 months later. */
  sunset: string
  /** What to use instead, as a part of a sentence: `` `PATCH /tasks/{id}` ``. */
  instead: string
}

/** `Deprecation` (RFC 9745 §2) and `Sunset` (RFC 8594 §3), for every response of the operation. */
export function deprecationHeaders({ since, sunset }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${Date.parse(`${since}T00:00:00Z`) / 1_000}`,
    sunset: new Date(`${sunset}T00:00:00Z`).toUTCString(),
  }
}

/** For the description in the reference. */
export function deprecationNote({ since, sunset, instead }: Deprecation): string {
  return `Deprecated since ${since}; it goes on ${sunset}. Use ${instead} instead.`
}

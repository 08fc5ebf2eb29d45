/** What a check has found, for a person and for programs. */
export interface Finding {
  /** What was looked at: `disk space`. */
  check: string
  state: 'ok' | 'warning' | 'problem'
  /** One sentence. */
  says: string
  /** What to do about it; null where nothing is to be done. */
  todo: string | null
}

/** The findings of one check. */
export type Findings = Finding[]

/** Makes the findings of a check of that name. */
export function findingsOf(check: string) {
  return {
    ok: (says: string): Finding => ({ check, state: 'ok', says, todo: null }),
    warning: (says: string, todo: string): Finding => ({ check, state: 'warning', says, todo }),
    problem: (says: string, todo: string): Finding => ({ check, state: 'problem', says, todo }),
  }
}

/** The first few of many, so that a line stays a line. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

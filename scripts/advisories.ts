/** A known vulnerability that does not concern this program. */
export interface Accepted {
  /** Such as `GHSA-xxxx-xxxx-xxxx`. */
  advisory: string
  reason: string
  /** `YYYY-MM-DD`: from the day after it counts again. */
  until: string
}

interface Advisory {
  id: string
  package: string
  title: string
  severity: string
}

const failing = new Set(['high', 'critical'])

/** Judges what `npm audit --json` reported; null where it could not ask. */
export function judge(
  report: unknown,
  accepted: readonly Accepted[],
  today: string,
): { verdict: 'passed' | 'failed' | 'unknown'; lines: string[] } {
  const advisories = advisoriesIn(report)
  if (!advisories) {
    const line =
      'The registry could not be asked for known vulnerabilities: the dependencies were not checked.'
    return { verdict: 'unknown', lines: [line] }
  }
  const lines: string[] = []
  let failed = false
  for (const one of advisories) {
    const exception = accepted.find(({ advisory }) => advisory === one.id)
    const isAccepted = exception !== undefined && exception.until >= today
    const counts = failing.has(one.severity) && !isAccepted
    failed ||= counts
    const note = isAccepted
      ? `accepted until ${exception.until}: ${exception.reason}`
      : exception
        ? `was accepted until ${exception.until}`
        : counts
          ? 'update it, or accept it with a reason in scripts/accepted-advisories.json'
          : 'does not fail the check'
    lines.push(`${one.severity} ${one.id} in ${one.package}: ${one.title} (${note})`)
  }
  for (const { advisory } of accepted) {
    if (!advisories.some(({ id }) => id === advisory))
      lines.push(`${advisory} is accepted and is not there any more`)
  }
  if (lines.length === 0) lines.push('No known vulnerabilities in what runs in production.')
  return { verdict: failed ? 'failed' : 'passed', lines }
}

function advisoriesIn(report: unknown): Advisory[] | null {
  const { vulnerabilities } = (report ?? {}) as { vulnerabilities?: Record<string, { via: unknown[] }> }
  if (typeof vulnerabilities !== 'object') return null
  const found = new Map<string, Advisory>()
  for (const { via } of Object.values(vulnerabilities)) {
    // A text names another package of the list, through which the vulnerability comes.
    for (const cause of via.filter((one) => typeof one === 'object' && one !== null)) {
      const { url, name, title, severity } = cause as Record<string, string>
      const id = url?.split('/').at(-1) ?? `${name}: ${title}`
      found.set(id, { id, package: String(name), title: String(title), severity: String(severity) })
    }
  }
  return [...found.values()]
}

/** A difference between two surfaces. */
export interface SurfaceChange {
  /** `POST /contacts: body contact.colour is new and required`. */
  sentence: string
  /** Whether a program that was right before can fail now. */
  isBreaking: boolean
}

interface Part {
  type: string
  isRequired: boolean
}

/** What differs between two texts of `surfaceOf`, in their order. */
export function surfaceChanges(before: string, after: string): SurfaceChange[] {
  const [old, now] = [groupsIn(before), groupsIn(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])].sort()
  return names.flatMap((name): SurfaceChange[] => {
    const [was, is] = [old.get(name), now.get(name)]
    if (!is) return [{ sentence: `${name} is gone`, isBreaking: true }]
    if (!was) return [{ sentence: `${name} is new`, isBreaking: false }]
    return partChanges(name, was, is)
  })
}

function partChanges(
  group: string,
  old: ReadonlyMap<string, Part>,
  now: ReadonlyMap<string, Part>,
): SurfaceChange[] {
  const names = [...new Set([...old.keys(), ...now.keys()])].sort()
  return names.flatMap((name) => {
    const change = partChange(old.get(name), now.get(name), isSent(name))
    return change ? [{ ...change, sentence: `${group}: ${name} ${change.sentence}` }] : []
  })
}

function partChange(was: Part | undefined, is: Part | undefined, sent: boolean): SurfaceChange | null {
  if (!is) return { sentence: 'is gone', isBreaking: true }
  if (!was) {
    const isDemanded = sent && is.isRequired
    return { sentence: isDemanded ? 'is new and required' : 'is new', isBreaking: isDemanded }
  }
  if (was.type !== is.type) {
    // More may be taken than before, and less may be answered.
    const isSafe = sent ? isWithin(was.type, is.type) : isWithin(is.type, was.type)
    const isDemanded = sent && is.isRequired && !was.isRequired
    return { sentence: `was ${was.type} and is ${is.type}`, isBreaking: !isSafe || isDemanded }
  }
  if (was.isRequired === is.isRequired) return null
  if (is.isRequired) return { sentence: sent ? 'became required' : 'is always there', isBreaking: sent }
  return { sentence: sent ? 'is no longer required' : 'may be absent', isBreaking: !sent }
}

function isSent(part: string): boolean {
  return /^(body|query|path|header) /.test(part)
}

function isWithin(narrow: string, wide: string): boolean {
  const taken = wide.split('|')
  return narrow.split('|').every((type) => taken.includes(type))
}

function groupsIn(text: string): Map<string, Map<string, Part>> {
  const groups = new Map<string, Map<string, Part>>()
  let parts = new Map<string, Part>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    if (!line.startsWith('  ')) {
      parts = new Map()
      groups.set(line, parts)
      continue
    }
    const [, name = '', type = '', required] = /^ {2}(.+?)(?:: (\S+))?( required)?$/.exec(line) ?? []
    parts.set(name, { type, isRequired: required !== undefined })
  }
  return groups
}

import { existsSync, readFileSync } from 'node:fs'
import type { ChangelogEntry } from './changelog.ts'
import { surfaceChanges } from './surface-changes.ts'

/** The surface as the changelog tells it, in the repository beside its entries. */
export const snapshotFile = new URL('./changelog/surface.txt', import.meta.url)

export function readSnapshot(): string | null {
  return existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : null
}

export interface SurfaceState {
  /** `surfaceOf` the code as it is. */
  surface: string
  snapshot: string | null
  /** Newest first. */
  entries: readonly ChangelogEntry[]
}

const how = 'Write what changed into server/reference/changelog/<today>.md, then run `npm run surface`.'

/** What keeps the changelog from telling the truth, in sentences; empty when all is well. */
export function surfaceProblems({ surface, snapshot, entries }: SurfaceState): string[] {
  if (snapshot === null) return [`There is no snapshot of the surface of the API. ${how}`]
  const changes = surfaceChanges(snapshot, surface)
  if (changes.length > 0) {
    const lines = changes.map(({ sentence, isBreaking }) => `${sentence}${isBreaking ? ' (breaking)' : ''}`)
    return [...lines, `The API changed and its changelog does not say so. ${how}`]
  }
  const newest = entries[0]?.date
  if (newest === dateOf(snapshot)) return []
  return [
    `The newest entry of the changelog is ${newest ?? 'missing'}, the snapshot is of ${dateOf(snapshot)}. ${how}`,
  ]
}

/**
 * The next snapshot, or why it is refused: a change needs an entry that is new, or open because it is of today,
 * and one that breaks programs needs its section `Breaking`. Before the first entry nothing was promised.
 * @param today as `2026-11-25`
 */
export function nextSnapshot(
  { surface, snapshot, entries }: SurfaceState,
  today: string,
): { text: string } | { refused: string[] } {
  const [newest, ...older] = entries
  if (!newest) return { refused: [`The changelog has no entry. ${how}`] }
  const changes = snapshot === null ? [] : surfaceChanges(snapshot, surface)
  const isOpen = snapshot === null || newest.date > dateOf(snapshot) || newest.date >= today
  if (changes.length > 0 && !isOpen) {
    return {
      refused: [...changes.map(({ sentence }) => sentence), `The entry ${newest.date} is closed. ${how}`],
    }
  }
  const breaking = changes.filter(({ isBreaking }) => isBreaking)
  if (breaking.length > 0 && older.length > 0 && !newest.isBreaking) {
    const why = `These changes break programs: say so under "## Breaking" in ${newest.date}.md.`
    return { refused: [...breaking.map(({ sentence }) => sentence), why] }
  }
  return {
    text: `# The API as of the changelog entry ${newest.date}. Made by \`npm run surface\`.\n${surface}`,
  }
}

function dateOf(snapshot: string): string {
  return /^# .*?(\d{4}-\d{2}-\d{2})/.exec(snapshot)?.[1] ?? ''
}

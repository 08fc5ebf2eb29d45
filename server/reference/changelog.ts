import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from './pages/page.ts'

/** What changed in the API on one day. */
export interface ChangelogEntry {
  /** `2026-11-25`, which is also its anchor on the page. */
  date: string
  title: string
  /** Markdown, with headings from the second level on. */
  text: string
  /** Whether programs may have to change: it has a section `Breaking`. */
  isBreaking: boolean
}

const directory = new URL('./changelog/', import.meta.url)

/** Newest first. An entry is the file `changelog/<date>.md`. */
export const changelog: readonly ChangelogEntry[] = readdirSync(directory)
  .filter((name) => name.endsWith('.md'))
  .sort()
  .reverse()
  .map((name) => changelogEntry(name, readFileSync(new URL(name, directory), 'utf8')))

/** @throws Error when the file is not named for a day or does not begin with its title. */
export function changelogEntry(name: string, markdown: string): ChangelogEntry {
  const date = /^(\d{4}-\d{2}-\d{2})\.md$/.exec(name)?.[1]
  if (!date || Number.isNaN(Date.parse(date))) {
    throw new Error(`changelog/${name}: an entry is named for its day, such as 2026-11-25.md`)
  }
  const [, title, text] = /^# (.+?)\n(.*)$/s.exec(markdown) ?? []
  if (!title || !text?.trim()) {
    throw new Error(`changelog/${name}: an entry begins with "# " and its title, and says what changed`)
  }
  return { date, title, text: text.trim(), isBreaking: /^## Breaking$/m.test(text) }
}

export function changelogPage(): Page {
  const entries = changelog.map(({ date, title, text }) => {
    const lowered = text.replace(/^##/gm, '###')
    return `## ${date}\n\n**${title}**\n\n${lowered}`
  })
  return {
    path: 'changelog',
    title: 'Changelog',
    summary: 'What changed in the API, by day.',
    group: 'Guides',
    markdown: [
      '# Changelog',
      'What changed in the API, newest first. What may break a program stands under “Breaking”. Follow it by the [feed](/api_docs/changelog.atom).',
      ...entries,
    ].join('\n\n'),
  }
}

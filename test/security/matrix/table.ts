import { readFileSync, writeFileSync } from 'node:fs'

/** A row of the table: the operation and what each column says of it. */
export type Line = readonly string[]

const file = new URL('access-matrix.md', import.meta.url)

export const columns = [
  'Operation',
  'A key needs',
  'Anonymous',
  'Member',
  'Not a member without',
  'Also a member with',
  'Admin',
  'Another account’s key',
  'Sandbox key',
] as const

const introduction = `# Who may do what

Every operation of the API, and how it answers: \`yes\` lets in, 401 and 403 refuse whoever asks, 404 says that the
record is not there for them. The requests name records of the account; lists without an id show what is one's own.

For every operation: a key with its scope and no other is let in, and one with every scope but that one gets 403;
a key that was revoked, that has expired or that is switched off gets 401, and one that is used from an address
that is not allowed 403. The test \`matrix.test.ts\` sends all of these requests and compares; run it with
\`TAKE_MATRIX=1\` to write this table anew, then read what has changed.

`

/** The rows as they are kept, by operation. */
export function keptLines(): Map<string, Line> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  return new Map(lines.map((line) => [line[0] ?? '', line]))
}

export function keepLines(lines: readonly Line[]): void {
  const rows = [columns, columns.map(() => '---'), ...lines]
  const table = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  writeFileSync(file, `${introduction}${table}\n`)
}

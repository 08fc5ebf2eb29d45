import { readFileSync, writeFileSync } from 'node:fs'

/** A row of a table: what is asked for, and what each column says of it. */
export type Line = readonly string[]

/** A table in a file of Markdown that a person reads and a test compares. */
export interface Table {
  columns: readonly string[]
  /** The rows as they are kept, by what they begin with. */
  kept(): Map<string, Line>
  keep(lines: readonly Line[]): void
}

/** @param name of a file in this folder; what stands in it before the table is kept as it is */
export function tableIn(name: string, columns: readonly string[]): Table {
  const file = new URL(name, import.meta.url)
  return {
    columns,
    kept() {
      const rows = readFileSync(file, 'utf8').split('\n').filter(isRow)
      const lines = rows.map((row) => cellsOf(row)).filter(([name]) => name?.startsWith('`'))
      return new Map(lines.map((line) => [line[0] ?? '', line]))
    },
    keep(lines) {
      const text = readFileSync(file, 'utf8').split('\n')
      const introduction = text.slice(0, text.findIndex(isRow))
      const rows = [columns, columns.map(() => '---'), ...lines]
      const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
      const padded = rows.map((row) =>
        row.map((cell, at) => cell.padEnd(widths[at] ?? 0, cell === '---' ? '-' : ' ')),
      )
      const table = padded.map((cells) => `| ${cells.join(' | ')} |`)
      writeFileSync(file, `${[...introduction, ...table].join('\n')}\n`)
    },
  }
}

function isRow(line: string): boolean {
  return line.startsWith('| ')
}

function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

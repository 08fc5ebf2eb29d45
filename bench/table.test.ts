import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Result } from './measure.ts'
import { table } from './table.ts'

const result = (more: Partial<Result>): Result => ({
  section: 'read',
  engine: 'sqlite',
  what: 'GET a contact',
  value: 0.5,
  unit: '×',
  ...more,
})

it('says of each row whether it has reached what it is to reach', () => {
  const lines = table([
    result({ atLeast: 0.5 }),
    result({ atLeast: 0.51 }),
    result({ value: 161, unit: 'MB', atMost: 160 }),
    result({ value: 50, unit: '%', atLeast: 40, atMost: 60 }),
    result({}),
  ]).split('\n')
  assert.deepEqual(
    lines.slice(1).map((line) => /[✔✖].*/.exec(line)?.[0]),
    [
      '✔ at least 0.5 ×',
      '✖ at least 0.51 ×',
      '✖ at most 160 MB',
      '✔ at least 40 and at most 60 %',
      undefined,
    ],
  )
})

it('shows the spread and the floor beside the number', () => {
  const [, line = ''] = table([result({ value: 1_234.5, spread: [0.12345, 99.96], floor: 20_000 })]).split(
    '\n',
  )
  assert.match(line, /1235 ×\s+0\.123 … 100\s+20000$/)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { judge } from './advisories.ts'

const today = '2026-11-28'
const report = (severity: string) => ({
  vulnerabilities: {
    leftish: {
      via: [
        { url: 'https://github.com/advisories/GHSA-1', name: 'leftish', title: 'Reads too far', severity },
      ],
    },
    above: { via: ['leftish'] },
  },
})
const accepted = { advisory: 'GHSA-1', reason: 'only the tests use it', until: today }

it('fails for what is high or critical, and tells of what is less', () => {
  assert.equal(judge(report('critical'), [], today).verdict, 'failed')
  const high = judge(report('high'), [], today)
  assert.equal(high.verdict, 'failed')
  assert.equal(high.lines.length, 1)
  assert.match(high.lines[0] ?? '', /^high GHSA-1 in leftish: Reads too far \(update it/)
  const moderate = judge(report('moderate'), [], today)
  assert.equal(moderate.verdict, 'passed')
  assert.match(moderate.lines[0] ?? '', /does not fail/)
})

it('takes an exception with its reason until its day is over', () => {
  const taken = judge(report('high'), [accepted], today)
  assert.equal(taken.verdict, 'passed')
  assert.match(taken.lines[0] ?? '', /accepted until 2026-11-28: only the tests use it/)
  assert.equal(judge(report('high'), [accepted], '2026-11-29').verdict, 'failed')
  assert.match(judge({ vulnerabilities: {} }, [accepted], today).lines[0] ?? '', /not there any more/)
})

it('fails nothing where the registry could not be asked', () => {
  for (const silence of [null, { error: { code: 'ENOTFOUND' } }, { message: 'offline' }]) {
    const { verdict, lines } = judge(silence, [], today)
    assert.equal(verdict, 'unknown')
    assert.match(lines[0] ?? '', /were not checked/)
  }
})

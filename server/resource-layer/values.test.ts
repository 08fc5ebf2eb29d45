import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FieldProblem } from './resource.ts'
import {
  decimalToNumber,
  isStorable,
  parseDate,
  parseDecimal,
  parseInteger,
  parseTime,
  presentDecimal,
  presentTime,
  searchForm,
} from './values.ts'

const odd = [
  {},
  [],
  ['1'],
  { toString: 1 },
  Object.create(null),
  null,
  undefined,
  Symbol.iterator,
  () => 1,
  1n,
]

function refuses(parse: (input: unknown) => unknown, inputs: readonly unknown[]): void {
  for (const input of inputs) {
    const name = typeof input === 'string' ? input : Object.prototype.toString.call(input)
    assert.throws(() => parse(input), FieldProblem, name)
  }
}

describe('decimals', () => {
  it('are exact and read with at least one decimal', () => {
    const examples: [unknown, string][] = [
      ['1500', '1500.0'],
      [1500, '1500.0'],
      ['1500.50', '1500.5'],
      [' $12.3400 ', '12.34'],
      ['0.0001', '0.0001'],
      ['-0.5', '-0.5'],
      ['-0', '0.0'],
      [-0, '0.0'],
      [0.1 + 0.2 - 0.3, '0.0'],
      [1e-7, '0.0'],
      ['99999999999.9999', '99999999999.9999'],
      ['007', '7.0'],
    ]
    for (const [given, shown] of examples)
      assert.equal(presentDecimal(parseDecimal(given)), shown, String(given))
  })

  it('refuse what is no decimal, has more digits than are kept, or is no single value', () => {
    refuses(parseDecimal, [
      ...odd,
      '',
      ' ',
      'x',
      '1,5',
      '1e5',
      '1.23456',
      '999999999999',
      '--1',
      '1.',
      '.5',
      '0x1',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1e21,
      true,
    ])
  })

  it('come back as they were, in order', () => {
    // The largest that eleven digits before the point can hold.
    const largest = 10 ** 15 - 1
    const scaled = fc.integer({ min: -largest, max: largest })
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        const text = presentDecimal(a)
        assert.match(text, /^-?\d+\.\d{1,4}$/)
        assert.equal(parseDecimal(text), a)
        assert.equal(parseDecimal(text) < parseDecimal(presentDecimal(b)), a < b)
      }),
    )
  })

  it('of a few digits come back as the same number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (scaled) => {
        assert.equal(parseDecimal(decimalToNumber(scaled)), scaled)
      }),
    )
  })
})

describe('times', () => {
  it('are unix seconds or ISO 8601, UTC where no zone is given', () => {
    const examples: [unknown, string][] = [
      [1_772_357_400, '2026-03-01T09:30:00Z'],
      ['1772357400', '2026-03-01T09:30:00Z'],
      ['2026-03-01T09:30:00Z', '2026-03-01T09:30:00Z'],
      ['2026-03-01T09:30:00.999Z', '2026-03-01T09:30:00Z'],
      ['2026-03-01T04:30:00-05:00', '2026-03-01T09:30:00Z'],
      ['2026-03-01T15:00+0530', '2026-03-01T09:30:00Z'],
      ['2026-03-01 09:30:00', '2026-03-01T09:30:00Z'],
      ['2026-03-01T09:30', '2026-03-01T09:30:00Z'],
      ['2026-03-01', '2026-03-01T00:00:00Z'],
      [-1, '1969-12-31T23:59:59Z'],
      [0, '1970-01-01T00:00:00Z'],
      ['2028-02-29', '2028-02-29T00:00:00Z'],
    ]
    for (const [given, shown] of examples) assert.equal(presentTime(parseTime(given)), shown, String(given))
  })

  it('refuse what is no time, a day that does not exist, and years beyond four digits', () => {
    refuses(parseTime, [
      ...odd,
      '',
      'now',
      '2026-03',
      '2026-3-1',
      '2026-02-29',
      '2026-02-31T00:00:00Z',
      '2026-13-01',
      '2026-01-01T25:00',
      '2026-01-01T00:60Z',
      '01/02/2026',
      999_999_999_999,
      -999_999_999_999,
      '9999-12-31T23:59:59-12:00',
      1.5,
      true,
    ])
  })

  it('come back as they are shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
        assert.equal(parseTime(presentTime(seconds * 1000)), seconds * 1000)
        assert.equal(parseTime(seconds), seconds * 1000)
      }),
    )
  })
})

describe('dates', () => {
  it('are days that exist; a time is cut to its day', () => {
    for (const given of ['2026-03-01', ' 2026-03-01 ', '2026-03-01T23:59:59-11:00'])
      assert.equal(parseDate(given), '2026-03-01')
    assert.equal(parseDate('2000-02-29'), '2000-02-29')
    refuses(parseDate, [
      ...odd,
      '',
      '2026-02-29',
      '1900-02-29',
      '2026-00-01',
      '2026-1-1',
      '20260301',
      20260301,
      '2026-03-01x',
      '+002026-03-01',
      true,
    ])
  })
})

describe('whole numbers', () => {
  it('are whole', () => {
    for (const given of [5, '5', ' 5 ', '-0']) assert.ok(Math.abs(parseInteger(given)) <= 5)
    refuses(parseInteger, [
      ...odd,
      '',
      'x',
      1.5,
      '1.5',
      2 ** 53,
      '99999999999999999',
      Number.NaN,
      '5e3',
      true,
    ])
  })
})

describe('the form that is searched', () => {
  it('has no accents and no capitals', () => {
    assert.equal(searchForm('José ÑANDÚ ﬁn Å'), 'jose nandu fin a')
    assert.equal(searchForm('a%_\\\'"'), 'a%_\\\'"')
  })

  it('is the same for all ways to write an accent, and for itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        const form = searchForm(text)
        assert.equal(searchForm(text.normalize('NFD')), form)
        assert.equal(searchForm(text.normalize('NFC')), form)
      }),
    )
  })
})

it('keeps text that both engines can hold, and nothing else', () => {
  for (const text of ['', 'a\nb\t', '👩‍👩‍👧', '\u0001', '\uFFFD']) assert.ok(isStorable(text))
  for (const text of ['\0', 'a\0', '\ud800', 'x\udc00y']) assert.ok(!isStorable(text))
})

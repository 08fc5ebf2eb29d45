import { FieldProblem } from './field-problem.ts'

const scale = 10_000
const decimalShape = /^-?\d{1,11}(\.\d{1,4}0*)?$/

/** Times are kept in milliseconds since 1970 and shown in whole seconds (`contract.md` §1). */
export function presentTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / dayMs)
  const seconds = Math.floor((milliseconds - day * dayMs) / 1_000)
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return `${datePart(day)}${two[hour]}:${two[minute]}:${two[seconds % 60]}Z`
}

const dayMs = 86_400_000
const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

/** By the number of the day since 1970; a page of records holds few days and many times. */
const dateParts = new Map<number, string>()
const mostDateParts = 5_000

function datePart(day: number): string {
  let part = dateParts.get(day)
  if (part === undefined) {
    part = new Date(day * dayMs).toISOString().replace(/T.*/, 'T')
    if (dateParts.size >= mostDateParts) dateParts.clear()
    dateParts.set(day, part)
  }
  return part
}

/** Unix seconds or ISO 8601, to milliseconds. A time without a zone is UTC. */
export function parseTime(input: unknown): number {
  const text = oneText(input)
  const seconds = /^-?\d{1,12}$/.test(text) ? Number(text) * 1000 : null
  const time = seconds ?? isoTime(text)
  if (time === null || time < firstTime || time > lastTime) {
    throw new FieldProblem('must be a time: unix seconds or ISO 8601, such as 2026-03-01T09:30:00Z')
  }
  return time
}

/** The years that ISO 8601 writes with four digits, as the API shows times. */
const firstTime = Date.parse('0000-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')

function isoTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text))
    return null
  // Date.parse would take 31 February for 3 March.
  if (calendarDate(text.slice(0, 10)) === null) return null
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10))
  const time = Date.parse(zoned ? text : `${text.length === 10 ? `${text}T00:00:00` : text}Z`)
  return Number.isNaN(time) ? null : time
}

/** A calendar date `YYYY-MM-DD` that exists; a full ISO time is cut to its date. */
export function parseDate(input: unknown): string {
  const given = /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(oneText(input))?.[1]
  const date = given === undefined ? null : calendarDate(given)
  if (date === null) throw new FieldProblem('must be a date such as 2026-03-01')
  return date
}

/** The date that it is at a time in milliseconds since 1970, in a time zone. */
export function dayOf(milliseconds: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()
}

/** The date, or null for a day that the month does not have. */
function calendarDate(text: string): string | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch {
    return null
  }
}

/** A decimal, as a number or a string, to a whole number of ten-thousandths: exact, and in order in SQL. */
export function parseDecimal(input: unknown): number {
  const text = typeof input === 'number' ? plainNumber(input) : oneText(input).replace(/^\$/, '')
  if (!decimalShape.test(text)) {
    throw new FieldProblem('must be a decimal number such as 1500 or "1500.50", with at most 4 decimals')
  }
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const scaled = Number(whole) * scale + Number(fraction.slice(0, 4).padEnd(4, '0'))
  return text.startsWith('-') && scaled !== 0 ? -scaled : scaled
}

/** `15000000` → `"1500.0"`: at least one decimal, as the API shows decimals (`contract.md` §1). */
export function presentDecimal(scaled: number | bigint): string {
  const digits = String(scaled).replace('-', '').padStart(5, '0')
  const fraction = digits.slice(-4).replace(/0{1,3}$/, '')
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -4)}.${fraction}`
}

export function decimalToNumber(scaled: number): number {
  return scaled / scale
}

export function parseInteger(input: unknown): number {
  const text = typeof input === 'number' ? '' : oneText(input)
  const number = typeof input === 'number' ? input : /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw new FieldProblem('must be a whole number')
  return number
}

/**
 * A value that must be a single one, as trimmed text. Objects and lists have no text that a client can mean,
 * and those of a form cannot even be turned into one.
 * @throws FieldProblem
 */
export function oneText(input: unknown): string {
  if (typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean')
    return String(input).trim()
  throw new FieldProblem('must be one value, not an object or a list')
}

const longestSearchText = 20_000

/** Text as search compares it: lower case, without accents. Done here so that both engines agree. */
export function searchForm(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().slice(0, longestSearchText)
}

/** A number as text without an exponent, which `parseDecimal` would not know. */
function plainNumber(number: number): string {
  const text = String(number)
  return /e/.test(text) && Math.abs(number) < 1 ? number.toFixed(4) : text
}

/** Text that both engines can keep: a NUL byte is refused by PostgreSQL, lone surrogates by UTF-8. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'
import type { Role } from './session.ts'

/** Reads the fields of a body and gathers what is wrong with them, so that a form shows all of it at once. */
export interface Form {
  /** Whether the field was sent at all. */
  has(field: string): boolean
  text(field: string, label: string): string
  email(field: string): string
  password(field: string): string
  timeZone(field: string): string
  role(field: string): Role
  /** @throws ApiError with one problem a field, when there is any. Until then no value may be used. */
  check(): void
}

export const passwordLength = { shortest: 12, longest: 128 }

/** @throws ApiError invalid_body when the body is not an object. */
export function formOf(body: unknown): Form {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('invalid_body', 'The body must be an object of fields.')
  }
  const fields = body as Record<string, unknown>
  const problems: Problem[] = []
  const refuse = (field: string, message: string, code: Problem['code'] = 'invalid_field') => {
    problems.push({ code, param: field, message })
    return ''
  }

  const text = (field: string, label: string) => {
    const value = fields[field]
    if (value === undefined || value === null || value === '') {
      return refuse(field, `${label} is missing.`, 'missing_field')
    }
    if (typeof value !== 'string') return refuse(field, `${label} must be text.`)
    const trimmed = value.toWellFormed().trim()
    if (!trimmed) return refuse(field, `${label} is missing.`, 'missing_field')
    if (trimmed.length > longestText) {
      return refuse(field, `${label} is longer than ${longestText} characters.`)
    }
    if (controls.test(trimmed)) return refuse(field, `${label} must be one line of text.`)
    return trimmed
  }

  return {
    has: (field) => fields[field] !== undefined,
    text,
    email(field) {
      const address = text(field, 'The e-mail address').toLowerCase()
      if (!address || emailShape.test(address)) return address
      return refuse(field, 'This is not an e-mail address.')
    },
    password(field) {
      const value = fields[field]
      if (value === undefined || value === null || value === '') {
        return refuse(field, 'The password is missing.', 'missing_field')
      }
      const { shortest, longest } = passwordLength
      if (typeof value !== 'string' || value.length < shortest || value.length > longest) {
        return refuse(field, `The password must have ${shortest} to ${longest} characters.`)
      }
      return value
    },
    timeZone(field) {
      const zone = text(field, 'The time zone')
      if (!zone || isTimeZone(zone)) return zone
      return refuse(field, 'This is not a time zone; one looks like America/New_York.')
    },
    role(field) {
      const role = fields[field]
      if (role === 'admin' || role === 'member') return role
      refuse(field, 'The role must be admin or member.')
      return 'member'
    },
    check() {
      const [first, ...others] = problems
      if (first) throw errorOf([first, ...others])
    },
  }
}

const longestText = 200
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\u0000-\u001f\u007f\u2028\u2029]/
/** The shape that better-auth accepts at sign-in: whoever gets in here must be able to sign in there. */
const emailShape = /^(?:[a-z0-9_'+-]+\.)*[a-z0-9_'+-]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/

/** A name of the IANA database; a bare offset such as +01:00 knows no summer time. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

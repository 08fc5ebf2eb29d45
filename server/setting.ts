import { readFileSync } from 'node:fs'

/** The environment variables that settings are read from. */
export type Environment = Record<string, string | undefined>

/** A setting that cannot be used. Its message is one sentence that says what to change. */
export class ConfigError extends Error {}

/** What holds a secret, and may be kept in a file of its own: `<name>_FILE` is the path of it. */
export const settingsInFiles: readonly string[] = [
  'DATABASE_URL',
  'LATCHKEY_SECRET',
  'FILES_URL',
  'SMTP_URL',
  'TEXTS_URL',
  'OIDC_CLIENT_SECRET',
  'METRICS_TOKEN',
]

/** A setting as it was given; null where it is not, or is blank. @throws ConfigError for a file that cannot be read */
export function value(env: Environment, name: string): string | null {
  const text = env[name]?.trim()
  const file = settingsInFiles.includes(name) ? env[`${name}_FILE`]?.trim() : undefined
  if (!file) return text ? text : null
  if (text) throw new ConfigError(`${name} and ${name}_FILE are both set; take one of them away.`)
  return fileText(`${name}_FILE`, file)
}

/** @throws ConfigError */
export function wholeNumber(env: Environment, name: string, [least, most]: [number, number]): number | null {
  const text = value(env, name)
  if (text === null) return null
  const number = Number(text)
  if (/^\d{1,12}$/.test(text) && number >= least && number <= most) return number
  throw new ConfigError(`${name} is "${text}"; it must be a whole number from ${least} to ${most}.`)
}

function fileText(name: string, file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new ConfigError(`${name} names ${file}, which cannot be read (${reason}).`)
  }
  if (text === '') throw new ConfigError(`${name} names ${file}, which is empty.`)
  return text
}

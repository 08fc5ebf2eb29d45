import { resolve } from 'node:path'
import { type Operation, operation } from './config.operation.ts'
import { type Bucket, bucketUrlExample, parseBucketUrl } from './files/bucket-url.ts'
import { ConfigError, type Environment, value } from './setting.ts'

export { ConfigError } from './setting.ts'

/** What the operator may set, read once at the start. Secrets come from here and are never logged. */
export interface Config extends Operation {
  port: number
  host: string
  /** Absolute path of the data directory: the SQLite database, the generated secret, uploaded files. */
  dataDirectory: string
  /** A PostgreSQL URL, or null for the embedded SQLite. */
  databaseUrl: string | null
  /** The address people reach the server at, without a trailing slash; null until the port is known. */
  publicUrl: string | null
  /** Given by the operator; null means that the data directory keeps a generated one. */
  secret: string | null
  /** Where uploaded files are kept; null for the data directory. */
  bucket: Bucket | null
  /** Bytes of the largest file that is taken. */
  largestFile: number
  smtpUrl: string | null
  mailFrom: string
  /** A Twilio-compatible API for text messages, with the account's id and token as user and password. */
  textsUrl: string | null
  /** Whether webhooks may go to private, loopback and link-local addresses, and by plain http. */
  webhooksAllowPrivate: boolean
  /** The provider by which people sign in with the company's identity; null for none. */
  oidc: Oidc | null
  /** Where the keys are published that secret scanners sign their reports with; null takes no reports. */
  secretScanningKeysUrl: string | null
  /** A mail address or an https address that people in trouble are sent to. */
  support: string | null
  logLevel: LogLevel
}

/** An OpenID provider, and how far it is trusted. */
export interface Oidc {
  /** Where its discovery document is found, and the `iss` of its tokens. */
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button says after "Sign in with". */
  name: string
  /** Take its e-mail addresses for proven although it does not say that they are. */
  trustEmail: boolean
  /** Refuse passwords and passkeys. */
  only: boolean
}

export type LogLevel = (typeof logLevels)[number]

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/**
 * Reads the configuration from environment variables.
 * @throws ConfigError naming the variable, the value and what would be accepted.
 */
export function readConfig(env: Environment): Config {
  const publicUrl = httpUrl(env, 'PUBLIC_URL')
  return {
    port: port(env),
    host: value(env, 'HOST') ?? 'localhost',
    dataDirectory: resolve(value(env, 'LATCHKEY_DATA') ?? 'data'),
    databaseUrl: databaseUrl(env),
    publicUrl,
    secret: secret(env),
    bucket: bucket(env),
    largestFile: largestFile(env),
    smtpUrl: smtpUrl(env),
    mailFrom: mailFrom(env, publicUrl),
    textsUrl: textsUrl(env),
    webhooksAllowPrivate: webhooksAllowPrivate(env),
    oidc: oidc(env),
    secretScanningKeysUrl: secretScanningKeysUrl(env),
    support: support(env),
    logLevel: logLevel(env),
    ...operation(env),
  }
}

function port(env: Environment): number {
  const text = value(env, 'PORT') ?? '3000'
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > 65535) {
    throw new ConfigError(`PORT is "${text}"; it must be a whole number from 0 to 65535.`)
  }
  return number
}

function parsed(name: string, text: string, protocols: string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !protocols.includes(url.protocol)) {
    throw new ConfigError(`${name} is not an address Latchkey can use; it must look like ${example}.`)
  }
  return url
}

function httpUrl(env: Environment, name: string): string | null {
  const text = value(env, name)
  if (!text) return null
  const url = parsed(name, text, ['http:', 'https:'], 'https://latchkey.example.com')
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new ConfigError(`${name} is "${text}"; it must be an origin alone, without a path.`)
  }
  return url.origin
}

function databaseUrl(env: Environment): string | null {
  const text = value(env, 'DATABASE_URL')
  if (!text) return null
  parsed('DATABASE_URL', text, ['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database')
  return text
}

function smtpUrl(env: Environment): string | null {
  const text = value(env, 'SMTP_URL')
  if (!text) return null
  parsed('SMTP_URL', text, ['smtp:', 'smtps:'], 'smtp://user:password@host:587')
  return text
}

function bucket(env: Environment): Bucket | null {
  const text = value(env, 'FILES_URL')
  if (!text) return null
  const parsed = parseBucketUrl(text)
  if (!parsed) {
    throw new ConfigError(
      `FILES_URL is not an address Latchkey can use; it must look like ${bucketUrlExample}, with characters such as / and + percent-encoded in the key and the secret.`,
    )
  }
  return parsed
}

/** What a bucket takes in one request. */
const largestObject = 5 * 1024 ** 3

function largestFile(env: Environment): number {
  const text = value(env, 'FILES_MAX_BYTES') ?? String(25 * 1024 ** 2)
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < 1 || number > largestObject) {
    throw new ConfigError(
      `FILES_MAX_BYTES is "${text}"; it must be a whole number from 1 to ${largestObject} (5 GiB).`,
    )
  }
  return number
}

function secret(env: Environment): string | null {
  const text = value(env, 'LATCHKEY_SECRET')
  if (text && text.length < 32) {
    throw new ConfigError(
      'LATCHKEY_SECRET is shorter than 32 characters; make one with "openssl rand -base64 32".',
    )
  }
  return text
}

function mailFrom(env: Environment, publicUrl: string | null): string {
  const text = value(env, 'MAIL_FROM')
  if (!text) return `Latchkey <latchkey@${publicUrl ? new URL(publicUrl).hostname : 'localhost'}>`
  if (!/[^\s@]+@[^\s@]+/.test(text)) {
    throw new ConfigError(`MAIL_FROM is "${text}"; it must hold an e-mail address.`)
  }
  return text
}

function textsUrl(env: Environment): string | null {
  const text = value(env, 'TEXTS_URL')
  if (!text) return null
  const example = 'https://ACxxx:token@api.twilio.com'
  const url = parsed('TEXTS_URL', text, ['https:', 'http:'], example)
  if (!url.username || !url.password || url.pathname !== '/' || url.search || url.hash) {
    throw new ConfigError(
      `TEXTS_URL must hold the account's id and token and no path; it must look like ${example}.`,
    )
  }
  return text
}

function webhooksAllowPrivate(env: Environment): boolean {
  return trueOrFalse(env, 'WEBHOOKS_ALLOW_PRIVATE')
}

function oidc(env: Environment): Oidc | null {
  const issuer = value(env, 'OIDC_ISSUER')
  const others = ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_NAME', 'OIDC_TRUST_EMAIL', 'OIDC_ONLY']
  if (issuer === null) {
    const lonely = others.find((name) => value(env, name) !== null)
    if (lonely) throw new ConfigError(`${lonely} is set without OIDC_ISSUER, the address of the provider.`)
    return null
  }
  const url = parsed('OIDC_ISSUER', issuer, ['https:', 'http:'], 'https://accounts.example.com')
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new ConfigError(`OIDC_ISSUER is "${issuer}"; it must begin with https, except on this machine.`)
  }
  const [clientId, clientSecret] = [value(env, 'OIDC_CLIENT_ID'), value(env, 'OIDC_CLIENT_SECRET')]
  if (clientId === null || clientSecret === null) {
    throw new ConfigError(
      'OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, as the provider gave them.',
    )
  }
  return {
    issuer,
    clientId,
    clientSecret,
    name: value(env, 'OIDC_NAME') ?? 'your company account',
    trustEmail: trueOrFalse(env, 'OIDC_TRUST_EMAIL'),
    only: trueOrFalse(env, 'OIDC_ONLY'),
  }
}

function trueOrFalse(env: Environment, name: string): boolean {
  const text = value(env, name) ?? 'false'
  if (text === 'true' || text === 'false') return text === 'true'
  throw new ConfigError(`${name} is "${text}"; it must be true or false.`)
}

/** Those of GitHub, whose form of reports is taken. */
const scanningKeysOfGitHub = 'https://api.github.com/meta/public_keys/secret_scanning'

function secretScanningKeysUrl(env: Environment): string | null {
  const text = value(env, 'SECRET_SCANNING_KEYS_URL') ?? scanningKeysOfGitHub
  if (text === 'off') return null
  parsed('SECRET_SCANNING_KEYS_URL', text, ['https:', 'http:'], scanningKeysOfGitHub)
  return text
}

function support(env: Environment): string | null {
  const text = value(env, 'SUPPORT_ADDRESS')
  if (!text) return null
  if (!/^[^\s@]+@[^\s@]+$/.test(text) && !text.startsWith('https://')) {
    throw new ConfigError(`SUPPORT_ADDRESS is "${text}"; it must be an e-mail or https address.`)
  }
  return text
}

function logLevel(env: Environment): LogLevel {
  const text = value(env, 'LOG_LEVEL') ?? 'info'
  const level = logLevels.find((known) => known === text)
  if (!level) throw new ConfigError(`LOG_LEVEL is "${text}"; it must be one of ${logLevels.join(', ')}.`)
  return level
}

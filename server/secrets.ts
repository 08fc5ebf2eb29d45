import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from './config.ts'
import { makeDirectory, syncDirectory } from './storage/directories.ts'

/** The keys of the installation, all derived from its one secret, which never enters the database. */
export interface Secrets {
  /** Names the sealing key, stored beside what was sealed with it. It tells nothing about the key. */
  readonly sealingKeyId: string
  /** Encrypts with AES-256-GCM. `context` is bound to the result: it opens only with the same context. */
  seal(text: string, context: string): string
  /** @throws when the text was sealed with another secret or context, or was altered. */
  open(sealed: string, context: string): string
  /** A key of 32 bytes in base64 for another purpose, such as signing cookies. */
  derive(purpose: string): string
}

/**
 * The operator's secret, or one that is made at the first start and kept in the data directory.
 * @throws ConfigError when it cannot be read or kept there
 */
export function loadSecrets(options: { secret: string | null; dataDirectory: string }): Secrets {
  return secretsFrom(options.secret ?? keptSecret(options.dataDirectory))
}

/** The same, but nothing is made: null where there is none yet. */
export function findSecrets(options: { secret: string | null; dataDirectory: string }): Secrets | null {
  const secret = options.secret ?? readKeptSecret(options.dataDirectory)
  return secret === null ? null : secretsFrom(secret)
}

export function secretsFrom(secret: string): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `latchkey ${purpose}`, 32))
  const sealingKey = derive('sealing')
  return {
    sealingKeyId: derive('sealing key id').toString('hex').slice(0, 12),
    derive: (purpose) => derive(purpose).toString('base64'),
    seal(text, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, 12))
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}

/** Where the data directory keeps the secret. */
export function secretFile(directory: string): string {
  return join(directory, 'secret')
}

function keptSecret(directory: string): string {
  const file = secretFile(directory)
  try {
    return readKeptSecret(directory) ?? makeSecret(directory, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new ConfigError(
      `The secret of this installation cannot be kept in ${file} (${error.message}). Make the directory writable and give it room, or set LATCHKEY_SECRET.`,
    )
  }
}

/**
 * The secret that the data directory keeps, or null when it keeps none.
 * @throws ConfigError when its file is empty
 */
export function readKeptSecret(directory: string): string | null {
  const file = secretFile(directory)
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  throw new ConfigError(
    `${file} is empty. Bring it back from a backup: what was sealed with it cannot be opened otherwise. If nothing was sealed yet, remove it.`,
  )
}

function makeSecret(directory: string, file: string): string {
  const secret = randomBytes(32).toString('base64')
  makeDirectory(directory)
  // Linked when it is whole and on the disk: what it seals must not outlive it. And linking never replaces that of
  // another process which starts at the same time.
  const draft = `${file}.${randomUUID()}`
  try {
    writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(draft, file)
  } catch (error) {
    const other = readKeptSecret(directory)
    if (other !== null) return other
    // Some file systems have no links.
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'link')) throw error
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } finally {
    rmSync(draft, { force: true })
  }
  syncDirectory(directory)
  return secret
}

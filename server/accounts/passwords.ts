import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** What a guess costs: the parameters of scrypt (RFC 7914). */
export interface PasswordCost {
  /** N is two to the power of it. */
  ln: number
  r: number
  p: number
}

/** One of the settings that OWASP's cheat sheet on password storage names as equally strong; 32 MiB a hash. */
export const passwordCost: PasswordCost = { ln: 15, r: 8, p: 3 }

export interface Passwords {
  /** As it is kept: with its cost and salt, so that the cost may change later. */
  hash(password: string): Promise<string>
  verify(given: { hash: string; password: string }): Promise<boolean>
}

export function createPasswords(cost: PasswordCost = passwordCost): Passwords {
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const key = await keyOf(password, salt, cost)
      const { ln, r, p } = cost
      return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`
    },
    async verify({ hash, password }) {
      const kept = keptIn(hash)
      if (!kept) return false
      return timingSafeEqual(await keyOf(password, kept.salt, kept.cost), kept.key)
    },
  }
}

const keyLength = 64

function keyOf(password: string, salt: Buffer | string, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyLength, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

interface Kept {
  cost: PasswordCost
  salt: Buffer | string
  key: Buffer
}

function keptIn(hash: string): Kept | null {
  const [, ln, r, p, salt, key] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? []
  if (salt === undefined || key === undefined) return asBetterAuthKept(hash)
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  return withKey({ cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') })
}

/** Passwords that were set before this module was there: two words in hex, of which the first is the salt as it is. */
function asBetterAuthKept(hash: string): Kept | null {
  const [salt = '', key = ''] = hash.split(':')
  return withKey({ cost: { ln: 14, r: 16, p: 1 }, salt, key: Buffer.from(key, 'hex') })
}

function withKey(kept: Kept): Kept | null {
  return kept.salt.length > 0 && kept.key.length === keyLength ? kept : null
}

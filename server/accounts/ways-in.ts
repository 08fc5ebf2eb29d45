import { ApiError } from '../errors/api-error.ts'
import type { Context } from './context.ts'
import { passkeysWorkAt } from './passkeys.ts'

/** How people may sign in, for the pages that ask them to. */
export function waysIn({ config, publicUrl }: Pick<Context, 'config' | 'publicUrl'>) {
  const ownWays = !config.oidc?.only
  return {
    password: ownWays,
    passkey: ownWays && passkeysWorkAt(publicUrl),
    company: config.oidc ? { name: config.oidc.name } : null,
  }
}

/**
 * Where the company's provider alone lets people in, whoever it does not know any more is out: neither a
 * password nor a passkey gets around it.
 * @throws ApiError password_sign_in_off
 */
export function requirePasswordSignIn({ config }: Pick<Context, 'config'>): void {
  if (!config.oidc?.only) return
  throw new ApiError('password_sign_in_off', `Sign in with ${config.oidc.name} instead.`)
}

import { resetUrl } from '../server/accounts/reset.ts'
import { createSignIn } from '../server/accounts/sign-in.ts'
import type { Config } from '../server/config.ts'
import { loadSecrets } from '../server/secrets.ts'
import { openBeside } from './open-beside.ts'

/**
 * Makes a link that sets a new password for the person with that e-mail address, and prints it. It works
 * once and for one hour. The server may run meanwhile.
 * @returns false when nobody signs in with the address
 * @throws StorageError when there is no database or it cannot be opened
 */
export async function resetLink(
  config: Config,
  email: string,
  print: (line: string) => void = console.log,
): Promise<boolean> {
  const engine = await openBeside(config)
  try {
    const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
    const secrets = loadSecrets(config)
    const reset = { requested: async () => {}, done: async () => {} }
    const log = { info() {}, warn() {}, error: console.error }
    const signIn = createSignIn({ engine, config, publicUrl, secrets, log, reset })
    const link = await resetUrl({ engine, signIn, publicUrl }, email)
    print(link ?? `Nobody signs in here with ${email}.`)
    return link !== null
  } finally {
    await engine.close()
  }
}

import { createPasswords } from '../server/accounts/passwords.ts'
import { resetUrl } from '../server/accounts/reset.ts'
import { removeSecondFactor } from '../server/accounts/second-factor.ts'
import { createSignIn } from '../server/accounts/sign-in.ts'
import type { Config } from '../server/config.ts'
import { loadSecrets } from '../server/secrets.ts'
import type { ResetLinkCommand } from './command.ts'
import { type Beside, openBeside } from './open-beside.ts'

/**
 * Makes a link that sets a new password for the person with that e-mail address, and prints it. It works
 * once and for one hour. The server may run meanwhile. Where the second factor was lost as well, it can go too.
 * @returns false when nobody signs in with the address
 * @throws StorageError when there is no database or it cannot be opened
 */
export async function resetLink(
  config: Config,
  { email, withoutSecondFactor }: Pick<ResetLinkCommand, 'email' | 'withoutSecondFactor'>,
  print: (line: string) => void = console.log,
): Promise<boolean> {
  const engine = await openBeside(config)
  try {
    const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
    const secrets = loadSecrets(config)
    const reset = { requested: async () => {}, done: async () => {} }
    const log = { info() {}, warn() {}, error: console.error }
    const options = { engine, publicUrl, secrets, passwords: createPasswords(), log, reset }
    const signIn = async () => createSignIn(options)
    const link = await resetUrl({ engine, signIn, publicUrl }, email)
    if (link && withoutSecondFactor) await turnOff(engine, email, print)
    print(link ?? `Nobody signs in here with ${email}.`)
    return link !== null
  } finally {
    await engine.close()
  }
}

async function turnOff(engine: Beside, email: string, print: (line: string) => void): Promise<void> {
  const person = await engine.reader
    .selectFrom('identities')
    .select('id')
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirstOrThrow()
  const wasOn = await removeSecondFactor(engine.writer, person.id)
  print(wasOn ? 'Two-factor sign-in is off for them now.' : 'Two-factor sign-in was off for them already.')
}

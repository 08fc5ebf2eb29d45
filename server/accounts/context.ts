import type { Config } from '../config.ts'
import type { Log, Mail } from '../mail/mail.ts'
import type { Engine } from '../storage/engine.ts'
import type { Attempts } from './attempts.ts'
import type { Work } from './open-work.ts'
import type { SetupCode } from './setup-code.ts'
import type { SignIn } from './sign-in.ts'

/** What the routes of this folder share. */
export interface Context {
  engine: Engine
  config: Pick<Config, 'publicUrl' | 'port' | 'support'>
  /** The address that links begin with. */
  publicUrl: string
  mail: Mail
  log: Log
  signIn: SignIn
  attempts: Attempts
  setupCode: SetupCode
  work: Work
}

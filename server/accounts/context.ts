import type { Config } from '../config.ts'
import type { Log, Mail } from '../mail/mail.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import type { Attempts } from './attempts.ts'
import type { Challenges } from './challenges.ts'
import type { Work } from './open-work.ts'
import type { Passwords } from './passwords.ts'
import type { UsedCodes } from './second-factor.ts'
import type { SetupCode } from './setup-code.ts'
import type { SignIn } from './sign-in.ts'

/** What the routes of this folder share. */
export interface Context {
  engine: Engine
  config: Pick<Config, 'publicUrl' | 'port' | 'support' | 'oidc'>
  /** The address that links begin with. */
  publicUrl: string
  mail: Mail
  log: Log
  secrets: Secrets
  signIn: SignIn
  passwords: Passwords
  attempts: Attempts
  usedCodes: UsedCodes
  challenges: Challenges
  setupCode: SetupCode
  work: Work
}

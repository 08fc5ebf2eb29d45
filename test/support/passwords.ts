import type { PasswordCost } from '../../server/accounts/passwords.ts'

/** Tests sign in hundreds of times; what a guess costs is tested in `server/accounts/passwords.test.ts`. */
export const cheapPasswords: PasswordCost = { ln: 4, r: 1, p: 1 }

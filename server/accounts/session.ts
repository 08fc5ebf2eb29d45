/** A signed-in person and the account that they are working in. */
export interface Session {
  userId: string
  name: string
  email: string
  accountId: string
  accountName: string
  role: Role
  /** Milliseconds since 1970. */
  signedInAt: number
}

export type Role = 'admin' | 'member'

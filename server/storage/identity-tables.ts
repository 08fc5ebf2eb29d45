import type { Generated } from 'kysely'

/** The rows of better-auth's tables, under the names that Latchkey gives them, and the outbox of mails. */
export interface IdentityTables {
  /** better-auth's organization. */
  accounts: {
    id: string
    name: string
    slug: string
    logo: string | null
    metadata: string | null
    created_at: Timestamp
  }
  /** better-auth's user: who can sign in. What an account sees of a person is in `users`. */
  identities: {
    id: string
    name: string
    email: string
    /** 0 or 1 on SQLite. */
    email_verified: boolean | number
    image: string | null
    /** Where the person worked last, so that the next sign-in opens it again. */
    last_account_id: string | null
    /** Whether signing in with a password asks for a second factor. 0 or 1 on SQLite. */
    two_factor_enabled: Generated<boolean | number>
    created_at: Timestamp
    updated_at: Timestamp
  }
  members: {
    id: string
    account_id: string
    identity_id: string
    role: string
    created_at: Timestamp
  }
  invitations: {
    /** The secret of the link, not a UUID. */
    id: string
    account_id: string
    email: string
    role: string
    /** `pending`, `accepted` or `canceled`. */
    status: string
    inviter_id: string
    created_at: Timestamp
    expires_at: Timestamp
  }
  sessions: {
    id: string
    token: string
    identity_id: string
    active_account_id: string | null
    ip_address: string | null
    user_agent: string | null
    created_at: Timestamp
    updated_at: Timestamp
    expires_at: Timestamp
    /** To within some minutes; null before the first request. */
    last_seen_at: Timestamp | null
  }
  /** better-auth's account: a way to prove who one is, a password or the identity of a company's provider. */
  credentials: {
    id: string
    identity_id: string
    provider_id: string
    provider_account_id: string
    password: string | null
    access_token: string | null
    refresh_token: string | null
    id_token: string | null
    access_token_expires_at: Timestamp | null
    refresh_token_expires_at: Timestamp | null
    scope: string | null
    created_at: Timestamp
    updated_at: Timestamp
  }
  /** better-auth's two-factor: the sealed secret of an authenticator app, and the sealed recovery codes. */
  second_factors: {
    id: string
    identity_id: string
    secret: string
    recovery_codes: string
    /** Whether a code has confirmed it; until then it is not asked for. 0 or 1 on SQLite. */
    verified: boolean | number
    failed_count: number
    locked_until: Timestamp | null
  }
  passkeys: {
    id: string
    identity_id: string
    name: string
    /** The authenticator's id of it, in base64url. */
    credential_id: string
    /** COSE, in base64url. */
    public_key: string
    /** How often it was used, where the authenticator counts. */
    counter: number
    /** JSON: how the browser can reach the authenticator. */
    transports: string
    created_at: number
    last_used_at: number | null
  }
  verifications: {
    id: string
    identifier: string
    value: string
    created_at: Timestamp
    updated_at: Timestamp
    expires_at: Timestamp
  }
  sign_in_attempts: { id: string; key: string; count: number; last_request: number }
  outgoing_mails: {
    id: string
    recipient: string
    subject: string
    /** The text, sealed because it may hold a link that signs in; null once it is sent or given up. */
    sealed_text: string | null
    /** `queued`, `sent` or `failed`. */
    status: string
    attempts: number
    last_error: string | null
    created_at: number
    next_attempt_at: number
    expires_at: number | null
    sent_at: number | null
  }
}

/** ISO 8601 text on SQLite, a Date on PostgreSQL; both take the text when it is written. */
export type Timestamp = string | Date

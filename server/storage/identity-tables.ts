/** The rows of better-auth's tables, under the names that Latchkey gives them. */
export interface IdentityTables {
  accounts: { id: string; name: string; slug: string; logo: string | null; metadata: string | null; created_at: string | Date }
}

/** Where the request came from, told to better-auth in a header that no client can set. */
export const addressHeader = 'x-latchkey-address'
export const requestIdHeader = 'x-latchkey-request-id'
export const invitationIdLength = 32
export const resetLinkMs = 60 * 60_000

/** What happens around a password that was forgotten. */
export interface ResetEvents {
  requested(
    person: { id: string; name: string; email: string },
    token: string,
    headers: Headers | undefined,
  ): Promise<void>
  done(userId: string, headers: Headers | undefined): Promise<void>
}

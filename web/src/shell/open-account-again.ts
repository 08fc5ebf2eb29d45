import { queryClient } from '../api/query-client.ts'
import { sessionQuery, switchAccount } from '../api/session.ts'

/** A new session opens the account that was open last, which another window may have changed. */
export async function openAccountAgain(): Promise<void> {
  const signedIn = queryClient.getQueryData(sessionQuery.queryKey)?.signed_in
  if (signedIn?.account) await switchAccount(signedIn.account.id)
}

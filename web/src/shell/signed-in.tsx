import { createContext, useContext } from 'react'
import type { SignedIn } from '../api/session.ts'

const SignedInContext = createContext<SignedIn | null>(null)

export const SignedInProvider = SignedInContext.Provider

export function useIsInShell(): boolean {
  return useContext(SignedInContext) !== null
}

/** Who is signed in, on pages inside the shell. */
export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext)
  if (!signedIn) throw new Error('useSignedIn was used outside the shell, where nobody needs to be signed in')
  return signedIn
}

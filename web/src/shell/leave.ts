import { signOut } from '../api/sign-in.ts'

/** Leaving loads the page anew, so that nothing of the old session stays in memory. */
export async function leave(to = '/sign-in') {
  await signOut()
  window.location.assign(to)
}

export function goToSignIn() {
  const { pathname, search, hash } = window.location
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search + hash)}`)
}

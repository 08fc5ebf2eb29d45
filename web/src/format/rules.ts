export const passwordRule =
  'At least 12 characters. A few words in a row are easy to remember and hard to guess.'

export function newPassword(password: string): string | null {
  if (password.length < 12) return 'Use at least 12 characters.'
  if (password.length > 128) return 'Use at most 128 characters.'
  return null
}

export const required = (sentence: string) => (value: string) => (value.trim() ? null : sentence)

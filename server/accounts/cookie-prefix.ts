/**
 * What the names of all cookies begin with. Where there is https, browsers keep one of such a name only when this
 * very host set it, over https and for all of its paths; so no other host of the same domain can put one there.
 */
export function cookiePrefix(publicUrl: string): string {
  return isSecure(publicUrl) ? '__Host-latchkey' : 'latchkey'
}

export function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}

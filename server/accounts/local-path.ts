/** A path of this server to go on to; whatever would lead anywhere else becomes its start page. */
export function localPath(given: string | null): string {
  if (given === null || !given.startsWith('/')) return '/'
  const base = 'http://latchkey.invalid'
  if (!URL.canParse(given, base)) return '/'
  const { origin, pathname, search, hash } = new URL(given, base)
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/'
}

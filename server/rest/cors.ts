/** What a page of another site may read of a response, and may send. */
const exposed = [
  'Content-Disposition',
  'Deprecation',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'Retry-After',
  'Sunset',
  'X-Request-Id',
  'X-Ignored-Params',
  'Api-Version',
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Metric-Requests-Limit',
  'X-RateLimit-Metric-Requests-Count',
  'X-RateLimit-Metric-Records-Limit',
  'X-RateLimit-Metric-Records-Count',
  'X-RateLimit-Metric-Error',
  'X-RateLimit-Retry-After',
].join(', ')

/**
 * The answer to a preflight. It carries no key, so the account is not known yet: it allows the request to be
 * sent, and the account's own setting decides whether the page may read the answer. Cookies are never allowed.
 */
export function preflightHeaders(): Record<string, string> {
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers':
      'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Request-Id',
    'access-control-max-age': '7200',
    vary: 'Origin',
  }
}

/**
 * Headers that let the page of an origin read the response.
 * @param allowed the account's origins, `['*']` for any; null while the account is unknown: an error that
 *   names no account may be read by anybody.
 */
export function corsHeaders(
  origin: string | undefined,
  allowed: readonly string[] | null,
): Record<string, string> {
  if (origin === undefined) return { vary: 'Origin' }
  const any = allowed === null || allowed.includes('*')
  if (!any && !allowed.includes(origin)) return { vary: 'Origin' }
  return {
    'access-control-allow-origin': any ? '*' : origin,
    'access-control-expose-headers': exposed,
    vary: 'Origin',
  }
}

import { randomBytes } from 'node:crypto'

/**
 * What every answer tells browsers: those of Node and of Fastify as well, which no hook reaches. An answer that
 * says nothing else may load nothing, run nothing, send no form and be framed by nobody; a page names what it
 * needs (`pagePolicy`). HSTS is for addresses that have https.
 */
export function headersOfAll(publicUrl: string): Readonly<Record<string, string>> {
  return publicUrl.startsWith('https:')
    ? { ...always, 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
    : always
}

/** Nothing is loaded and nothing runs, not even in an origin of its own: answers of the API, and files. */
export const closedPolicy =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

const always = Object.freeze({
  'content-security-policy': closedPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': [
    'accelerometer=()',
    'camera=()',
    'display-capture=()',
    'geolocation=()',
    'gyroscope=()',
    'magnetometer=()',
    'microphone=()',
    'midi=()',
    'payment=()',
    'serial=()',
    'usb=()',
  ].join(', '),
  // Addresses hold ids of records, and those of reset links and invitations more than that.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  // For browsers that know no frame-ancestors.
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
})

/** What a page may load. Directives that it does not name stay closed. */
export interface PageSources {
  script?: string
  style?: string
  img?: string
  font?: string
  connect?: string
  /** Where its forms may be sent. */
  form?: string
}

/** The policy of a page: closed but for what it names. */
export function pagePolicy({ form, ...sources }: PageSources): string {
  const opened = Object.entries(sources).map(([kind, from]) => `${kind}-src ${from}`)
  return [
    "default-src 'none'",
    ...opened,
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${form ?? "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

/** A word that one answer's policy and page share, by which the page's scripts may add style elements. */
export function newNonce(): string {
  return randomBytes(16).toString('base64')
}

import { hash } from 'node:crypto'
import { ApiError } from '../errors/api-error.ts'
import type { Row } from '../storage/account-store.ts'

/**
 * A weak tag of a body. That of one record begins with its version, so that `If-Match` holds whichever flags
 * the record was read with.
 */
export function etagOf(body: string, version?: number): string {
  const digest = hash('sha1', body, 'base64url')
  return `W/"${version === undefined ? digest : `${version}-${digest}`}"`
}

/** Whether `If-None-Match` names the tag (RFC 9110 §13.1.2, weak comparison). */
export function matchesNone(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return tagsOf(header).some((tag) => tag === '*' || opaque(tag) === opaque(etag))
}

/**
 * Checks `If-Match` against the version of a row. Tags are weak by design, so they are compared weakly.
 * @throws ApiError precondition_failed
 */
export function requireMatch(header: string | undefined, row: Row): void {
  if (header === undefined) return
  const matches = tagsOf(header).some((tag) => tag === '*' || versionIn(tag) === String(row.version))
  if (matches) return
  throw new ApiError(
    'precondition_failed',
    'The record changed since it was read; read it again and repeat the write',
  )
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim())
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '')
}

function versionIn(tag: string): string | null {
  return /^"(\d+)-[^"]*"$/.exec(opaque(tag))?.[1] ?? null
}

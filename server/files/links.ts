import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../secrets.ts'

/** Signs texts, so that a link can open something without any other credential. */
export type Sign = (text: string) => string

/** Which content a link opens: until a time, or for as long as the file is public. */
export interface LinkTarget {
  accountId: string
  fileId: string
}

const hourMs = 3_600_000

/** HMAC-SHA-256 under a key of its own. */
export function signer(secrets: Secrets): Sign {
  const key = Buffer.from(secrets.derive('links to files'), 'base64')
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}

/**
 * A link that opens the file for one to two hours. Links of the same hour are equal, so that what holds one
 * keeps its ETag.
 */
export function expiringLink(sign: Sign, origin: string, target: LinkTarget, now: number): string {
  const expires = (Math.floor(now / hourMs) + 2) * (hourMs / 1000)
  const signature = sign(expiringText(target, expires))
  return `${addressOf(origin, target)}&expires=${expires}&signature=${signature}`
}

/** A link that opens the file until its public access ends. One that is public again has another link. */
export function publicLink(sign: Sign, origin: string, target: LinkTarget, since: number): string {
  return `${addressOf(origin, target)}&signature=${sign(publicText(target, since))}`
}

/** Whether a signature is that of an expiring link. @param expires unix seconds, as they stand in the link */
export function isExpiringLink(sign: Sign, target: LinkTarget, expires: number, signature: string): boolean {
  return isEqual(signature, sign(expiringText(target, expires)))
}

export function isPublicLink(sign: Sign, target: LinkTarget, since: number, signature: string): boolean {
  return isEqual(signature, sign(publicText(target, since)))
}

function addressOf(origin: string, { accountId, fileId }: LinkTarget): string {
  return `${origin}/files/${fileId}?account=${accountId}`
}

function expiringText({ accountId, fileId }: LinkTarget, expires: number): string {
  return `until ${accountId} ${fileId} ${expires}`
}

function publicText({ accountId, fileId }: LinkTarget, since: number): string {
  return `public ${accountId} ${fileId} ${since}`
}

/** In a time that does not tell how much of it is right. */
function isEqual(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

import { longestReason } from '../delivery/attempts.ts'

/** A message that was not taken over. The reason is shown to whoever reads the message. */
export class Refusal extends Error {
  /** Whether it would be refused again. */
  readonly isFinal: boolean

  constructor(reason: string, details: { isFinal: boolean; cause?: unknown }) {
    super(reason, { cause: details.cause })
    this.isFinal = details.isFinal
  }
}

/** Words of the other side as they can be kept and shown: storable, cut, and without what only we may know. */
export function shownReason(text: string, secrets: readonly string[]): string {
  let reason = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  for (const secret of secrets) if (secret !== '') reason = reason.replaceAll(secret, '…')
  return reason.slice(0, longestReason).toWellFormed()
}

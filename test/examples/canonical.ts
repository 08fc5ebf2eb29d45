import { createHash } from 'node:crypto'

/**
 * Makes answers the same in every run, whatever the run has drawn for their ids: ids that have an example id
 * get it, all others get one by the order in which they first appear. What is made of ids follows.
 */
export function canonicalForm(
  known: ReadonlyMap<string, string>,
  receiverUrl: string,
): (text: string) => string {
  const given = new Map(known)
  const ids = (text: string) =>
    text.replaceAll(uuid, (id) => {
      const already = given.get(id)
      if (already !== undefined) return already
      const next = idAt(given.size)
      given.set(id, next)
      return next
    })
  return (text) =>
    ids(text.replaceAll(receiverUrl, shownReceiver))
      .replaceAll(cursor, (_, before: string, sealed: string) => `${before}${recoded(sealed, ids)}`)
      .replaceAll(etag, '"etag":"W/\\"1-mcojwVhZyG3D6rIA7iew9Qd6zw0\\""')
      .replaceAll(signature, 'signature=yPaN4vJsZ3mVtJcYkq0nT2b6fWcXh1uQeR5oLd8GxAE')
      .replaceAll(webhookSecret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2VtGmXbqzBo=')
      .replaceAll(duration, '"duration_ms":84')
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const cursor = /("next_cursor":")([\w-]+)/g
/** Of an operation of a batch: it is made of the whole answer. */
const etag = /"etag":"W\/\\"[^"]*\\""/g

const shownReceiver = 'https://hooks.example.com/latchkey'
const webhookSecret = /whsec_[\w+/]+=*/g
/** While the clock stands still a delivery takes no time; in the reference it takes some. */
const duration = /"duration_ms":\d+/g

/** Of the link to a file: it is made of its id. */
const signature = /signature=[\w-]+/g

/** A cursor is a place in the order of a list: it ends with an id. */
function recoded(sealed: string, ids: (text: string) => string): string {
  return Buffer.from(ids(Buffer.from(sealed, 'base64url').toString())).toString('base64url')
}

function idAt(place: number): string {
  return `0197a1c2-5b1e-7c3a-9d41-${createHash('sha256').update(`example ${place}`).digest('hex').slice(0, 12)}`
}

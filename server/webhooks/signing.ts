import { Webhook } from 'standardwebhooks'

/** The headers of an attempt by the Standard Webhooks specification, with a signature by each secret. */
export function signedHeaders(message: {
  id: string
  /** Milliseconds since 1970. */
  at: number
  /** Exactly what is sent. */
  body: string
  /** The newest first. */
  secrets: readonly string[]
}): Record<string, string> {
  const { id, at, body, secrets } = message
  const time = new Date(at)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { amend } from '../resource-layer/write.ts'
import { textMessages } from '../resources/text-messages/text-messages.schema.ts'
import type { Row } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { parseId } from '../storage/ids.ts'
import { writeAccount } from '../storage/write.ts'
import { shownReason } from './refusal.ts'
import type { TextAccount } from './text-transport.ts'

const largestReceipt = 65_536
const path = '/receipts/texts'

/** Where the provider tells of the delivery of a text. */
export function receiptAddress(publicUrl: string, accountId: string, id: string): string {
  return `${publicUrl}${path}/${accountId}/${id}`
}

/**
 * The signature that Twilio puts on a request: HMAC-SHA1 over the address and the sorted fields, in base64.
 * The address names the message, so that nobody can turn a receipt to another one.
 */
export function signatureOf(token: string, url: string, fields: URLSearchParams): string {
  const sorted = [...fields].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  const signed = url + sorted.map(([name, value]) => name + value).join('')
  return createHmac('sha1', token).update(signed, 'utf8').digest('base64')
}

/** Takes delivery receipts of texts from the provider. Unknown messages and steps back are ignored. */
export function receiptRoutes(options: {
  engine: Engine
  account: TextAccount
  publicUrl(): string
  now: () => number
}): FastifyPluginAsync {
  const { engine, account, publicUrl, now } = options
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: largestReceipt },
      async (_: unknown, text: string) => new URLSearchParams(text),
    )
    app.post<{ Params: { account: string; id: string } }>(`${path}/:account/:id`, async (request, reply) => {
      const fields = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const expected = signatureOf(account.token, publicUrl() + request.url, fields)
      if (!isSame(expected, request.headers['x-twilio-signature'])) {
        throw new ApiError('forbidden', 'The signature of the receipt is wrong')
      }
      const [accountId, id] = [parseId(request.params.account), parseId(request.params.id)]
      if (accountId !== null && id !== null) await take(accountId, id, fields)
      return reply.status(204).send()
    })
  }

  async function take(accountId: string, id: string, fields: URLSearchParams): Promise<void> {
    const told = toldBy(fields)
    if (!told) return
    const context = { actor: { kind: 'system', id: null }, requestId: null } as const
    await writeAccount(engine, accountId, context, async (writer) => {
      const row = await writer.find(textMessages.name, id)
      if (!row || !told.after.includes(String(row.status))) return
      await writer.remove('outgoing_messages', { resource: textMessages.name, record_id: id })
      await amend(writer, textMessages, row, told.set)
    })
  }

  function toldBy(fields: URLSearchParams): { set: Row; after: readonly string[] } | null {
    const status = fields.get('MessageStatus') ?? fields.get('SmsStatus')
    if (status === 'delivered') {
      const set = { status: 'delivered', status_reason: null, delivered_at: now() }
      // One that was given up here has arrived all the same when the provider says so.
      return { set, after: ['queued', 'sent', 'failed'] }
    }
    if (status !== 'undelivered' && status !== 'failed') return null
    const details = [fields.get('ErrorCode'), fields.get('ErrorMessage')].filter(Boolean)
    const reason = shownReason(['the provider could not deliver it', ...details].join(' '), [account.token])
    return { set: { status: 'failed', status_reason: reason }, after: ['queued', 'sent'] }
  }
}

function isSame(expected: string, given: string | string[] | undefined): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(typeof given === 'string' ? given : '')]
  return one.length === other.length && timingSafeEqual(one, other)
}

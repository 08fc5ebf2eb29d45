import type { FastifyPluginAsync } from 'fastify'
import type { Config } from '../config.ts'
import { type DeliveryLoop, deliveryLoop, type Log } from '../delivery/delivery-loop.ts'
import { domainOf, type Smtp, smtpOf } from '../mail/smtp.ts'
import { emailKey } from '../resource-layer/fields/contact-points.ts'
import { addressesIn } from '../resource-layer/fields/email-addresses.ts'
import type { Resource, Sending } from '../resource-layer/resource.ts'
import { emails } from '../resources/emails/emails.schema.ts'
import { usersAt } from '../resources/messages/messages.parties.ts'
import { textMessages } from '../resources/text-messages/text-messages.schema.ts'
import type { CapturedMessage } from '../sandbox/capture.ts'
import { dropOldMessages } from '../sandbox/old-messages.ts'
import type { Row } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { isSandbox } from '../storage/sandboxes.ts'
import { capturedEmail, capturedText } from './captured.ts'
import { sendEmail } from './mail-transport.ts'
import { type ClaimedMessage, messageQueueOf } from './message-queue.ts'
import { receiptAddress, receiptRoutes } from './receipts.ts'
import { Refusal } from './refusal.ts'
import { sendText, type TextAccount, textAccountOf } from './text-transport.ts'

/** Sends the texts and mails of all accounts, each by its transport, and takes the receipts. */
export interface Messaging extends DeliveryLoop {
  /** What those who write messages need to know. */
  readonly sending: Sending
  /** The receipts of the text provider; nothing where there is none. */
  readonly routes: FastifyPluginAsync
}

/** Hands a message over. Resolves with what is to be said all the same. @throws Refusal */
type Send = (message: ClaimedMessage) => Promise<string | null>

export function createMessaging(options: {
  engine: Engine
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'textsUrl'>
  publicUrl(): string
  log: Log
  now?: () => number
}): Messaging {
  const { engine, config, publicUrl, log } = options
  const now = options.now ?? Date.now
  const mailFrom = addressIn(config.mailFrom)
  const smtp = config.smtpUrl === null ? null : smtpOf(config.smtpUrl)
  const account = config.textsUrl === null ? null : textAccountOf(config.textsUrl)
  const loops = [
    loopOf(textMessages, account && ((message) => text(account, message))),
    loopOf(emails, smtp && ((message) => email(smtp, message))),
  ]
  const deliverSoon = async () => {
    await Promise.all(loops.map((loop) => loop.deliverSoon()))
  }

  return {
    sending: {
      mailFrom,
      async begin(channel, writer): Promise<Row> {
        const hasTransport = (channel === 'email' ? smtp : account) !== null
        return hasTransport || (await isSandbox(writer))
          ? { status: 'queued' }
          : { status: 'not_sent', status_reason: noTransport }
      },
      queued: () => void deliverSoon(),
    },
    routes: account ? receiptRoutes({ engine, account, publicUrl, now }) : async () => {},
    deliverSoon,
    start() {
      for (const loop of loops) loop.start()
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
      smtp?.close()
    },
  }

  /** A loop for each transport, so that the bad day of one does not hold up the other. */
  function loopOf(resource: Resource, send: Send | null): DeliveryLoop {
    const queue = messageQueueOf({ engine, resource, now })
    let worked: string | undefined
    const deliverNext = async () => {
      const message = await queue.claim()
      if (!message) return false
      const { accountId: account, id, attempt } = message
      worked = account
      const about = { account, resource: resource.name, id, attempt }
      if (await isSandbox(message.store)) {
        await queue.captured(message, capturedOf(resource, message))
        log.info(about, 'A message of a sandbox was captured')
        return true
      }
      try {
        // What was queued when there was a transport waits for its return, and is given up like any other.
        if (!send) throw new Refusal(noTransport, { isFinal: false })
        await queue.sent(message, await send(message))
        log.info(about, 'A message was sent')
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        const state = await queue.refused(message, error.message, error.isFinal)
        const what = state === 'failed' ? 'A message was given up' : 'A message could not be sent yet'
        log.warn({ ...about, reason: error.message, code: codeIn(error.cause) }, what)
      }
      return true
    }
    const { nextTurn } = queue
    const waiting = { name: resource.name, deliverNext, nextTurn, account: () => worked }
    return deliveryLoop({ ...waiting, ...(resource === emails ? { tidy } : {}) }, { log, now })
  }

  /** What was captured is forgotten in time. It is one work for all kinds, so one loop does it. */
  function tidy(): Promise<void> {
    return dropOldMessages(engine, now())
  }

  /** What a sandbox keeps of a message instead of sending it. */
  function capturedOf(resource: Resource, message: ClaimedMessage): CapturedMessage {
    return resource === emails ? capturedEmail(message, domainOf(config.mailFrom)) : capturedText(message)
  }

  async function text(provider: TextAccount, { accountId, id, row }: ClaimedMessage): Promise<null> {
    // Providers refuse a text whose receipts would go to an address that only this machine knows.
    const isReachable = new URL(publicUrl()).hostname !== 'localhost'
    const providerId = await sendText(provider, {
      from: String(row.from),
      to: String(row.to),
      body: String(row.body),
      receiptsTo: isReachable ? receiptAddress(publicUrl(), accountId, id) : null,
    })
    log.info({ account: accountId, id, providerId }, 'The provider took a text over')
    return null
  }

  async function email(server: Smtp, { id, row, store }: ClaimedMessage): Promise<string | null> {
    const address = String(row.from)
    const [user] = await usersAt(store, [address])
    const isShared = emailKey(address) === mailFrom
    return sendEmail(
      server,
      {
        messageId: `<${id}@${domainOf(config.mailFrom)}>`,
        from: isShared ? config.mailFrom : { name: String(user?.name ?? ''), address },
        to: addressesIn(row, 'to'),
        cc: addressesIn(row, 'cc'),
        subject: String(row.subject),
        text: String(row.body ?? ''),
      },
      [secretIn(config.smtpUrl)],
    )
  }
}

/** Such as ECONNREFUSED: for the operator, not for who reads the message. */
function codeIn(cause: unknown): unknown {
  if (!(cause instanceof Error)) return undefined
  return 'code' in cause ? cause.code : codeIn(cause.cause)
}

const noTransport = 'no transport configured'

/** `Latchkey <latchkey@example.com>` → `latchkey@example.com`. */
function addressIn(mailFrom: string): string {
  return emailKey(/<([^<>]+)>/.exec(mailFrom)?.[1] ?? mailFrom)
}

function secretIn(url: string | null): string {
  return url === null ? '' : decodeURIComponent(new URL(url).password)
}

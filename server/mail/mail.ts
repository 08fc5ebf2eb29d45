import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Transaction } from 'kysely'
import type { Transporter } from 'nodemailer'
import type { Config } from '../config.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { type ClaimedMail, type OutgoingMail, outboxOf } from './outbox.ts'

export type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>

export interface Mail {
  /** False without SMTP_URL: nothing is stored and nothing is sent. */
  readonly enabled: boolean
  /** Puts a mail into the outbox in the transaction of the act that it tells of. */
  enqueue(tx: Transaction<Tables>, mail: OutgoingMail): Promise<void>
  /**
   * Sends what is due, now. To be called after the transaction; it never rejects and need not be awaited.
   * It resolves when nothing is due any more.
   */
  deliverSoon(): Promise<void>
  /** From here on the outbox is looked at again and again, also for what other nodes left behind. */
  start(): void
  /** Sends nothing more, and resolves when the mail in flight has arrived or failed. */
  stop(): Promise<void>
}

/** Mail by SMTP, through an outbox in the database. */
export function createMail(options: {
  engine: Engine
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'publicUrl'>
  secrets: Secrets
  log: Log
  now?: () => number
}): Mail {
  const { engine, config, secrets, log } = options
  const now = options.now ?? Date.now
  if (!config.smtpUrl) return withoutMail
  const url = config.smtpUrl

  let transport: Transporter | null = null
  const outbox = outboxOf({ engine, secrets, now })
  const domain = domainOf(config.mailFrom)
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let watching: Promise<void> | null = null

  return {
    enabled: true,
    enqueue: (tx, mail) => outbox.add(tx, mail),
    deliverSoon,
    start() {
      watching ??= watch()
    },
    async stop() {
      stopping.abort()
      await watching
      await running
      transport?.close()
    },
  }

  function deliverSoon(): Promise<void> {
    // What was put in after the running round looked is for another round.
    again = true
    running ??= deliver()
    return running
  }

  async function deliver(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false
      try {
        await deliverDue()
      } catch (error) {
        log.error({ err: error }, 'The outbox of mails could not be worked on')
      }
    }
    running = null
  }

  async function deliverDue(): Promise<void> {
    while (!stopping.signal.aborted) {
      const mail = await outbox.claim()
      if (!mail) return
      await deliverOne(mail)
    }
  }

  async function deliverOne(mail: ClaimedMail): Promise<void> {
    try {
      transport ??= await openTransport(url)
      await transport.sendMail({
        from: config.mailFrom,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        // The same at every attempt, so that a mail that arrived twice is seen to be one.
        messageId: `<${mail.id}@${domain}>`,
      })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const state = await outbox.refused(mail, reason)
      const what = state === 'failed' ? 'A mail was given up' : 'A mail could not be sent yet'
      log.warn({ mailId: mail.id, attempt: mail.attempt, reason }, what)
      return
    }
    await outbox.sent(mail)
    log.info({ mailId: mail.id }, 'A mail was sent')
  }

  async function watch(): Promise<void> {
    const { signal } = stopping
    let tidiedAt = 0
    while (!signal.aborted) {
      await deliverSoon()
      if (now() - tidiedAt > tidyEvery) {
        tidiedAt = now()
        await outbox.tidy().catch((error) => log.error({ err: error }, 'Old mails could not be removed'))
      }
      const next = await outbox.nextTurn().catch(() => null)
      const pause = Math.min(
        longestPause,
        Math.max(shortestPause, (next ?? Number.POSITIVE_INFINITY) - now()),
      )
      await wait(pause, undefined, { signal, ref: false }).catch(() => {})
    }
  }
}

/** Loaded with the first mail, because the start of the server must not wait for it. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({ url, ...timeouts })
}

const second = 1_000
const longestPause = 30 * second
const shortestPause = second
const tidyEvery = 24 * 60 * 60 * second
const timeouts = {
  connectionTimeout: 15 * second,
  greetingTimeout: 15 * second,
  socketTimeout: 30 * second,
  dnsTimeout: 15 * second,
}

const withoutMail: Mail = {
  enabled: false,
  enqueue: async () => {},
  deliverSoon: async () => {},
  start() {},
  stop: async () => {},
}

function domainOf(address: string): string {
  return /@([^\s@>]+)/.exec(address)?.[1] ?? 'localhost'
}

import { EventEmitter, on } from 'node:events'
import type { Socket } from 'node:net'
import { type AddressObject, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived: `to` from the envelope, so that it includes blind copies; the rest from its content. */
export type Message = {
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
}

/**
 * How the mailbox fails: `reject` answers every mail with 451 (try again later), `for good` every receiver with
 * 550, `one receiver` those whose address begins with "gone", `disconnect` closes each connection without a
 * word, `nothing` takes mail again.
 */
export type Refusal = 'reject' | 'for good' | 'one receiver' | 'disconnect' | 'nothing'

export type Mailbox = {
  /** For SMTP_URL: `smtp://127.0.0.1:<port>`. Takes any user name and password, or none. */
  url: string
  /** All that arrived, oldest first. */
  messages: readonly Message[]
  /**
   * The first message, already here or still to come, that satisfies `predicate`.
   * @throws Error after `timeout` milliseconds (5,000 by default), listing what arrived instead
   */
  waitFor(predicate: (message: Message) => boolean, timeout?: number): Promise<Message>
  refuse(how: Refusal): void
  close(): Promise<void>
}

/** Opens a real SMTP server on a free port of 127.0.0.1 that keeps what it is sent. */
export async function openMailbox(): Promise<Mailbox> {
  const messages: Message[] = []
  const arrivals = new EventEmitter().setMaxListeners(0)
  let refusal: Refusal = 'nothing'

  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    // Its certificate would be self-signed, which a client is right to refuse.
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    onMailFrom: (_address, _session, done) =>
      refusal === 'reject'
        ? done(Object.assign(new Error('try again later'), { responseCode: 451 }))
        : done(),
    onRcptTo({ address }, _session, done) {
      const isRefused = refusal === 'for good' || (refusal === 'one receiver' && address.startsWith('gone'))
      done(isRefused ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null)
    },
    async onData(stream, session, done) {
      try {
        const mail = await simpleParser(stream)
        messages.push({
          from: addressText(mail.from),
          to: session.envelope.rcptTo.map((recipient) => recipient.address),
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          html: mail.html || '',
          messageId: mail.messageId ?? '',
        })
        done()
        arrivals.emit('message', messages.at(-1))
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
  // A client that is cut off is no fault of the server's.
  server.on('error', () => {})

  const sockets = new Set<Socket>()
  server.server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (refusal === 'disconnect') socket.destroy()
  })
  const port = await listen(server)

  return {
    url: `smtp://127.0.0.1:${port}`,
    messages,
    async waitFor(predicate, timeout = 5_000) {
      const signal = AbortSignal.timeout(timeout)
      const present = messages.find(predicate)
      if (present) return present
      try {
        for await (const [message] of on(arrivals, 'message', { signal }))
          if (predicate(message)) return message
      } catch (error) {
        if (!signal.aborted) throw error
      }
      const arrived = messages.map((message) => `"${message.subject}" to ${message.to.join(', ')}`).join('; ')
      throw new Error(`no such mail within ${timeout} ms; arrived: ${arrived || 'nothing'}`)
    },
    refuse(how) {
      refusal = how
      if (how === 'disconnect') for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function listen(server: SMTPServer): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('the mailbox has no port')
  return address.port
}

function addressText(address: AddressObject | undefined): string {
  return address?.text ?? ''
}

import type { SendMailOptions, SentMessageInfo, Transporter } from 'nodemailer'

/** A way to a mail server. */
export interface Smtp {
  /** @throws the error of nodemailer, with the mail server's answer in `response` and `responseCode` */
  send(mail: SendMailOptions): Promise<SentMessageInfo>
  close(): void
}

/** Mail by SMTP. Loaded with the first mail, because the start of the server must not wait for it. */
export function smtpOf(url: string): Smtp {
  let transport: Transporter | null = null
  return {
    async send(mail) {
      transport ??= await openTransport(url)
      return transport.sendMail(mail)
    },
    close() {
      transport?.close()
    },
  }
}

/** The part after the @ of an address, for message ids. */
export function domainOf(address: string): string {
  return /@([^\s@>]+)/.exec(address)?.[1] ?? 'localhost'
}

async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({ url, ...timeouts })
}

const second = 1_000
const timeouts = {
  connectionTimeout: 15 * second,
  greetingTimeout: 15 * second,
  socketTimeout: 30 * second,
  dnsTimeout: 15 * second,
}

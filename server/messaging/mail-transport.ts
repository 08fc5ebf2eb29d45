import type { Smtp } from '../mail/smtp.ts'
import { Refusal, shownReason } from './refusal.ts'

export interface OutgoingEmail {
  /** The same at every attempt, so that a mail that arrived twice is seen to be one. */
  messageId: string
  /** An address alone, or with a name. */
  from: string | { name: string; address: string }
  to: string[]
  cc: string[]
  subject: string
  text: string
}

/**
 * Sends a mail by SMTP.
 * @returns what the mail server said of receivers that it did not take, or null when it took all
 * @throws Refusal when it took none
 */
export async function sendEmail(
  smtp: Smtp,
  email: OutgoingEmail,
  secrets: readonly string[],
): Promise<string | null> {
  try {
    const { to, cc, ...rest } = email
    const { rejectedErrors = [] } = await smtp.send({ ...rest, to: to.map(asAddress), cc: cc.map(asAddress) })
    const reasons = (rejectedErrors as SmtpError[]).map(saidBy)
    return reasons.length === 0 ? null : shownReason(`not taken for all: ${reasons.join('; ')}`, secrets)
  } catch (error) {
    const { responseCode = 0 } = error as SmtpError
    throw new Refusal(shownReason(saidBy(error as SmtpError), secrets), {
      isFinal: responseCode >= 500,
      cause: error,
    })
  }
}

/** What nodemailer tells of a failure: the mail server's own words where it said something. */
interface SmtpError {
  response?: string
  responseCode?: number
}

/** What is said of the network stays in general words: its details are the operator's. */
function saidBy({ response }: SmtpError): string {
  return response ? `the mail server answered ${response}` : 'the mail server could not be reached'
}

/** As an object it is taken for one address, whatever it holds. */
function asAddress(address: string) {
  return { name: '', address }
}

import { Refusal, shownReason } from './refusal.ts'

export interface OutgoingText {
  from: string
  to: string
  body: string
  /** Where the provider tells of the delivery, or null where it could not reach this server. */
  receiptsTo: string | null
}

/** The account at the provider, as TEXTS_URL names it. */
export interface TextAccount {
  origin: string
  id: string
  token: string
}

const patience = 15_000
/** Answers of the provider are short; more of one is not read. */
const longestAnswer = 65_536

/** @param url as TEXTS_URL, which has been checked */
export function textAccountOf(url: string): TextAccount {
  const { origin, username, password } = new URL(url)
  return { origin, id: decodeURIComponent(username), token: decodeURIComponent(password) }
}

/**
 * Sends a text by a Twilio-compatible API (Messages resource, 2010-04-01).
 * @returns the id that the provider gave it, or null where its answer names none
 * @throws Refusal
 */
export async function sendText(
  account: TextAccount,
  text: OutgoingText,
  options: { patience?: number } = {},
): Promise<string | null> {
  const form = new URLSearchParams({ From: text.from, To: text.to, Body: text.body })
  if (text.receiptsTo !== null) form.set('StatusCallback', text.receiptsTo)
  const basic = Buffer.from(`${account.id}:${account.token}`).toString('base64')
  const answer = await fetch(
    `${account.origin}/2010-04-01/Accounts/${encodeURIComponent(account.id)}/Messages.json`,
    {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
      body: form,
      redirect: 'error',
      signal: AbortSignal.timeout(options.patience ?? patience),
    },
  ).catch((error) => {
    throw unreachable(error)
  })
  const said = await saidIn(answer)
  if (answer.ok) return typeof said.sid === 'string' ? said.sid : null
  const reason = [said.code, said.message].filter(
    (word) => typeof word === 'string' || typeof word === 'number',
  )
  const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 429
  throw new Refusal(
    shownReason(`the provider answered ${answer.status} ${reason.join(' ')}`, [account.token, basic]),
    { isFinal },
  )
}

/** What is said of the network stays in general words: its details are the operator's. */
function unreachable(error: unknown): Refusal {
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  return new Refusal(isLate ? 'the provider did not answer in time' : 'the provider could not be reached', {
    isFinal: false,
    cause: error,
  })
}

/** The fields of the answer; none where it is no JSON, breaks off or never ends: the status says enough. */
async function saidIn(answer: Response): Promise<Record<string, unknown>> {
  try {
    let text = ''
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      if (text.length > longestAnswer) return {}
    }
    const said: unknown = JSON.parse(text)
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

import { EventEmitter, on } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'

/** A text as the provider was asked to send it. */
export interface AskedText {
  path: string
  authorization: string
  fields: URLSearchParams
}

/** How the provider answers: with a status and body, never, or by cutting the connection. */
export type ProviderAnswer = { status: number; body: string } | 'nothing' | 'cut'

export interface TextProvider {
  /** For TEXTS_URL. */
  url: string
  /** The account's id and token in it. */
  id: string
  token: string
  /** All that it was asked, oldest first. */
  asked: readonly AskedText[]
  answer(how: ProviderAnswer): void
  /** The first text, already here or still to come, that satisfies `predicate`. @throws after five seconds */
  waitFor(predicate: (text: AskedText) => boolean): Promise<AskedText>
  close(): Promise<void>
}

/** What Twilio says of a text that it takes. */
export const taken: ProviderAnswer = { status: 201, body: '{"sid":"SM1","status":"queued"}' }

/** Runs an HTTP server on a free port of 127.0.0.1 that speaks as a Twilio-compatible provider does. */
export async function openTextProvider(): Promise<TextProvider> {
  const [id, token] = ['AC0123', 'a provider token/that is secret']
  const asked: AskedText[] = []
  const arrivals = new EventEmitter().setMaxListeners(0)
  let answer: ProviderAnswer = taken
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const fields = new URLSearchParams(Buffer.concat(pieces).toString('utf8'))
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', fields })
    reply(response, answer)
    arrivals.emit('text', asked.at(-1))
  })
  const port = await listen(server)
  return {
    url: `http://${id}:${encodeURIComponent(token)}@127.0.0.1:${port}`,
    id,
    token,
    asked,
    answer(how) {
      answer = how
    },
    async waitFor(predicate) {
      const present = asked.find(predicate)
      if (present) return present
      for await (const [text] of on(arrivals, 'text', { signal: AbortSignal.timeout(5_000) }))
        if (predicate(text)) return text
      throw new Error('no such text')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function reply(response: ServerResponse, answer: ProviderAnswer): void {
  if (answer === 'nothing') return
  if (answer === 'cut') {
    response.destroy()
    return
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
      else reject(new Error('the provider has no port'))
    })
  })
}

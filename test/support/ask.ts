import { Agent, request } from 'node:http'

export interface Asked {
  method: string
  headers: Readonly<Record<string, string>>
  body?: string | FormData | URLSearchParams | Uint8Array<ArrayBuffer> | null
}

export interface Answer {
  status: number
  headers: AnswerHeaders
  text: string
}

/** As much of `Headers` as is read of an answer; making one of those takes as long as the request. */
export interface AnswerHeaders {
  get(name: string): string | null
  has(name: string): boolean
  entries(): Iterable<[string, string]>
}

/** Idle connections keep no process from ending. */
const agent = new Agent({ keepAlive: true })

/**
 * Sends a request and reads its answer whole. What the tests send very many of goes this way, because `fetch` takes
 * twice the time of the client and a quarter of that of the whole test.
 */
export async function ask(url: string, { method, headers, body = null }: Asked): Promise<Answer> {
  const { bytes, type } = await encoded(body)
  return new Promise((resolve, reject) => {
    const typed = type === null ? headers : { 'content-type': type, ...headers }
    // A length, for what a server does with a body of unknown length is another test's question.
    const length = bytes === null ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }
    const sent = request(url, { method, agent, headers: { ...typed, ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: new ReadHeaders(response.headers),
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(bytes ?? undefined)
  })
}

class ReadHeaders implements AnswerHeaders {
  #headers: NodeJS.Dict<string | string[]>

  constructor(headers: NodeJS.Dict<string | string[]>) {
    this.#headers = headers
  }

  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : (value ?? null)
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  entries(): [string, string][] {
    return Object.keys(this.#headers).map((name) => [name, this.get(name) ?? ''])
  }
}

async function encoded(
  body: Asked['body'],
): Promise<{ bytes: string | Uint8Array | null; type: string | null }> {
  if (body === null || body === undefined) return { bytes: null, type: null }
  if (typeof body === 'string') return { bytes: body, type: 'text/plain;charset=UTF-8' }
  if (body instanceof Uint8Array) return { bytes: body, type: null }
  const form = new Response(body)
  return { bytes: new Uint8Array(await form.arrayBuffer()), type: form.headers.get('content-type') }
}

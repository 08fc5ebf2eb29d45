import { Agent, type RequestOptions, request } from 'node:http'
import type { Change } from './under-load.ts'

/** Cheap requests over connections that are kept, by what they are to find out. */
export interface Asking {
  /** "200", or the status and the code of a refusal such as "403 insufficient_scope". */
  outcome(credentials: Credentials, operation: string): Change['ask']
  /** How many records a list shows, such as "2". */
  count(credentials: Credentials, path: string): Change['ask']
  close(): void
}

export type Credentials = () => Readonly<Record<string, string>>

export function openAsking(): Asking {
  const agent = new Agent({ keepAlive: true })
  let places = 0
  const sender = (credentials: Credentials, operation: string) => {
    const [method = '', path = ''] = operation.split(' ')
    // An address that sends very many wrong keys is held up. Only Linux takes each of 127.0.0.0/8 for its own.
    const from = process.platform === 'linux' ? { localAddress: `127.0.7.${++places}` } : {}
    return (url: string) => answerTo(`${url}/rest${path}`, { method, agent, headers: credentials(), ...from })
  }
  return {
    outcome(credentials, operation) {
      const send = sender(credentials, operation)
      return async (url) => wordOf(await send(url))
    },
    count(credentials, path) {
      const send = sender(credentials, `GET ${path}`)
      return async (url) => {
        const answer = await send(url)
        return answer.status === 200 ? String(JSON.parse(answer.text).data.length) : wordOf(answer)
      }
    },
    close: () => agent.destroy(),
  }
}

interface Answer {
  status: number
  text: string
}

function wordOf({ status, text }: Answer): string {
  if (status < 300) return '200'
  const { code } = JSON.parse(text)
  // Where they are very many, an address is told that instead.
  return code === 'too_many_wrong_keys' ? '401 invalid_access_token' : `${status} ${code}`
}

function answerTo(url: string, options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}

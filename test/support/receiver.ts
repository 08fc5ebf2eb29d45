import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'

/** A request as a receiver got it. */
export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Reply = (response: ServerResponse, request: Received) => void

/** A real receiver; each path answers as it is told, with 200 unless it was told something else. */
export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** What came to a path. */
  at(path: string): Received[]
  reply(path: string, reply: Reply): void
  /** Resolves when so many requests have come to the path. */
  waitFor(path: string, count: number): Promise<void>
}

/** For the tests of the suite that it is opened in. */
export function openReceiver(): Receiver {
  const received: Received[] = []
  const replies = new Map<string, Reply>()
  const waiting: { path: string; count: number; done: () => void }[] = []
  const at = (path: string) => received.filter((request) => request.path === path)
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const got = { path, headers: request.headers, body: Buffer.concat(chunks).toString() }
    received.push(got)
    const reply = replies.get(path)
    if (reply) reply(response, got)
    else response.end('thanks')
    for (const one of waiting) if (at(one.path).length >= one.count) one.done()
  })
  before(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    received,
    at,
    reply: (path, reply) => void replies.set(path, reply),
    waitFor: (path, count) =>
      new Promise((done) => {
        if (at(path).length >= count) return done()
        waiting.push({ path, count, done })
      }),
  }
}

/** Answers with a status and a body. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): Reply {
  return (response) => void response.writeHead(status, headers).end(body)
}

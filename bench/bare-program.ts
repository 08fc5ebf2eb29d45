import { createServer, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the bare server says, whatever it is asked. */
export interface BareAnswer {
  status: number
  headers: OutgoingHttpHeaders
  body: string
  /** How often the body is sent in one answer; once where nothing is said. */
  times?: number
}

/** Answers every request as cheaply as node:http can, and tells its address. */
let answer = { status: 401, headers: {} as OutgoingHttpHeaders, body: Buffer.alloc(0), times: 1 }

const server = createServer(async (_, response) => {
  response.writeHead(answer.status, answer.headers)
  if (answer.times === 1) {
    response.end(answer.body)
    return
  }
  for (let at = 0; at < answer.times; at++) {
    if (!response.write(answer.body)) await new Promise((resolve) => response.once('drain', resolve))
  }
  response.end()
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('message', (given: BareAnswer) => {
  answer = { times: 1, ...given, body: Buffer.from(given.body) }
  process.send?.('understood')
})
process.on('disconnect', () => process.exit(0))

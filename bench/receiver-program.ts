import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** When an event arrived, in milliseconds since 1970. */
export type Arrivals = Record<string, number>

/** How many of a path are to be waited for. */
export interface Awaited {
  path: string
  count: number
}

/** What has come to a path, by the ids of the records; of several of a record the first. */
export interface Came {
  count: number
  lastAt: number
  arrivals: Arrivals
}

/** A receiver that answers at once, or under `/hang` never. */
const came = new Map<string, Came>()
let waiting: Awaited | null = null

const server = createServer((request, response) => {
  const path = request.url ?? ''
  const at = performance.timeOrigin + performance.now()
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    note(path, at, Buffer.concat(chunks).toString())
    if (!path.startsWith('/hang')) response.end('ok')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('message', (message: Awaited) => {
  waiting = message
  answer()
})
process.on('disconnect', () => process.exit(0))

function note(path: string, at: number, body: string): void {
  const own = came.get(path) ?? { count: 0, lastAt: 0, arrivals: {} }
  came.set(path, own)
  own.count++
  own.lastAt = at
  // Found without parsing, so that the receiver is not what is measured.
  const recordId = /"record_id":"([0-9a-f-]+)"/.exec(body)?.[1] ?? ''
  own.arrivals[recordId] ??= at
  if (waiting?.path === path) answer()
}

function answer(): void {
  const own = waiting && came.get(waiting.path)
  if (!waiting || !own || own.count < waiting.count) return
  waiting = null
  process.send?.(own)
}

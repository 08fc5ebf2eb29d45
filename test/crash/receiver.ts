import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A delivery as it arrived. */
export interface Arrival {
  eventId: string
  recordId: string
  position: number
  attempt: number
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver that outlives the server. */
export interface Receiver {
  url: string
  /** In the order in which they came, repeated ones too. */
  arrivals: readonly Arrival[]
  /** Resolves when each of these events has arrived and was taken. */
  has(eventIds: readonly string[]): Promise<void>
  close(): void
}

/** One of so many first attempts is refused, so that there is always something to try again. */
const refusedOneOf = 40

/** @param arrived called before the delivery is answered */
export async function openReceiver(arrived: () => void): Promise<Receiver> {
  const arrivals: Arrival[] = []
  const taken = new Set<string>()
  let missing = new Set<string>()
  let complete: (() => void) | undefined
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      // The server was killed while it sent this.
      return
    }
    const body = Buffer.concat(chunks).toString()
    const event = JSON.parse(body)
    const attempt = Number(request.headers['webhook-attempt'])
    arrivals.push({
      eventId: event.id,
      recordId: event.data.record_id,
      position: event.position,
      attempt,
      headers: request.headers,
      body,
    })
    arrived()
    if (attempt === 1 && event.position % refusedOneOf === 0) return void response.writeHead(500).end()
    response.end()
    taken.add(event.id)
    missing.delete(event.id)
    if (missing.size === 0) complete?.()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    has(eventIds) {
      missing = new Set(eventIds.filter((id) => !taken.has(id)))
      return new Promise((done) => {
        complete = done
        if (missing.size === 0) done()
      })
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

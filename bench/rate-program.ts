import { Agent, request } from 'node:http'
import type { LoadRequest } from './measure.ts'

/** So many requests a second, whatever becomes of them, for so many seconds. */
export interface RateOrder {
  url: string
  requests: readonly LoadRequest[]
  perSecond: number
  seconds: number
}

/** What came of it. Times are milliseconds from when a request was due, so that a sender that is late hides nothing. */
export interface RateReport {
  accepted: number[]
  shed: number[]
  /** Answered something else, or not at all. */
  failed: number
  /** When the last was refused, from the beginning; 0 where none was. */
  lastShedAt: number
  /** How late each was sent. */
  late: number[]
}

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 })
/** What is not answered by then has failed. */
const patienceMs = 10_000

process.on('message', async (order: RateOrder) => process.send?.(await send(order)))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

function send({ url, requests, perSecond, seconds }: RateOrder): Promise<RateReport> {
  const report: RateReport = { accepted: [], shed: [], failed: 0, lastShedAt: 0, late: [] }
  const begun = performance.now()
  const total = Math.ceil(perSecond * seconds)
  let [sent, ended] = [0, 0]
  return new Promise((resolve) => {
    const end = () => {
      ended++
      if (ended === total) resolve(report)
    }
    const timer = setInterval(() => {
      const now = performance.now() - begun
      for (; sent < total && (sent * 1_000) / perSecond <= now; sent++) one(sent)
      if (sent === total) clearInterval(timer)
    }, 1)

    function one(at: number): void {
      const due = begun + (at * 1_000) / perSecond
      report.late.push(performance.now() - due)
      const { path, method = 'GET', headers, body } = requests[at % requests.length] as LoadRequest
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const options = { agent, method, headers: { ...headers, ...length }, timeout: patienceMs }
      const sending = request(url + path, options, (response) => {
        response.resume()
        response.on('end', () => {
          const now = performance.now()
          const status = response.statusCode ?? 0
          if (status === 503) {
            report.shed.push(now - due)
            report.lastShedAt = now - begun
          } else if (status < 300) report.accepted.push(now - due)
          else report.failed++
          end()
        })
      })
      sending.on('timeout', () => sending.destroy(new Error('no answer')))
      sending.on('error', () => {
        report.failed++
        end()
      })
      sending.end(body)
    }
  })
}

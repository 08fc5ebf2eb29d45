import autocannon from 'autocannon'
import { type LoadOrder, type LoadReport, quantile } from './measure.ts'

/** Sends what it is told to, in a process of its own: one order at a time, each answered with a report. */
process.on('message', async (order: LoadOrder) => process.send?.(await load(order)))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

/** Seconds. */
const longest = 120

async function load({
  url,
  requests,
  connections,
  seconds,
  status,
  fewest = 2 * connections,
}: LoadOrder): Promise<LoadReport> {
  const times: number[] = []
  const wrong = new Map<number, number>()
  let bytes = 0
  let failures = 0
  const begun = performance.now()
  let last = begun
  const before = process.cpuUsage()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const options = {
    url,
    requests: requests.map((request) => ({ ...request })),
    connections,
    // It is stopped below, once there were a few answers: a busy machine may take longer.
    duration: longest,
    // How often it looks whether the time is over.
    sampleInt: 50,
    skipAggregateResult: true,
  }
  const running = autocannon(options, (error) => (error ? reject(error) : resolve()))
  running.on('response', (_client, answered, size, time) => {
    last = performance.now()
    times.push(time)
    bytes += size
    if (answered !== status) wrong.set(answered, (wrong.get(answered) ?? 0) + 1)
    if (times.length >= fewest && last - begun >= seconds * 1_000) running.stop()
  })
  running.on('reqError', () => {
    failures++
    if (failures > connections) running.stop()
  })
  await promise
  const { user, system } = process.cpuUsage(before)
  const elapsed = last - begun
  return {
    count: times.length,
    seconds: elapsed / 1_000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    bytes: bytes / times.length,
    busy: (user + system) / 1_000 / elapsed,
    wrong: Object.fromEntries(wrong),
    failures,
  }
}

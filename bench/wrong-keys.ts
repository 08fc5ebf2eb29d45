import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { EngineName } from '../test/support/engines.ts'
import { type Measure, quantile, type Section } from './measure.ts'
import { serve } from './served.ts'

const program = fileURLToPath(new URL('./wrong-keys-program.ts', import.meta.url))
const perSecond = 10_000
const requests = 1_500
const betweenMs = 3

/** How fast a right key is answered, alone and beside ten thousand wrong ones a second from another process. */
export const wrongKeys: Section = { name: 'wrong-keys', measure }

async function measure(engine: EngineName): Promise<Measure[]> {
  const { url, keys, stop } = await serve(engine, ['one'])
  const key = keys.one ?? ''
  await times(url, key)
  const measures: Measure[] = []
  for (const [kind, addresses] of [
    ['mistyped', 1],
    ['unknown', 1],
    ['unknown', 1_000],
  ] as const) {
    const before = await times(url, key)
    const sender = spawn(process.execPath, [program, url, String(perSecond), kind, String(addresses)])
    const counted = countsOf(sender)
    await once(counted.lines, 'line')
    counted.restart()
    const beside = await times(url, key)
    const { answered, seconds } = counted.read()
    sender.kill()
    await once(sender, 'exit')
    const after = await times(url, key)
    const alone = [...before, ...after]
    const what = `${kind} from ${addresses === 1 ? 'one address' : `${addresses} addresses`}`
    measures.push({ what: `${what}: wrong keys answered`, value: answered / seconds, unit: '/s' })
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const [a, b] = [quantile(alone, share), quantile(beside, share)]
      measures.push({ what: `${what}: right key alone, ${name}`, value: a, unit: 'ms' })
      measures.push({ what: `${what}: beside, ${name}`, value: b, unit: 'ms' })
      measures.push({ what: `${what}: ratio, ${name}`, value: b / a, unit: '×', atMost: 1.2 })
    }
  }
  await stop()
  return measures
}

function countsOf(sender: ChildProcess) {
  if (!sender.stdout) throw new Error('The sender has no output.')
  const lines = createInterface(sender.stdout)
  let answered = 0
  let seconds = 0
  lines.on('line', (line) => {
    answered += JSON.parse(line).answered
    seconds += 1
  })
  return {
    lines,
    restart() {
      answered = 0
      seconds = 0
    },
    read: () => ({ answered, seconds: Math.max(1, seconds) }),
  }
}

async function times(url: string, key: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const taken: number[] = []
  for (let at = 0; at < requests; at++) {
    const begun = performance.now()
    await ask(url, key, agent)
    taken.push(performance.now() - begun)
    await wait(betweenMs)
  }
  agent.destroy()
  return taken
}

function ask(url: string, key: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` }
    const sent = request(`${url}/rest/info/account`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`A right key was answered ${response.statusCode}`))
      response.on('data', () => {})
      response.on('end', resolve)
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}

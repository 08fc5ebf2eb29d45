import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuTimeOfFamily } from './cpu-time.ts'
import { type Measure, median, type Section } from './measure.ts'
import { freePort, type Server, startProcess, startServer } from './server.ts'
import type { Surroundings } from './surroundings.ts'

const bareProgram = fileURLToPath(new URL('./bare-program.ts', import.meta.url))
const goal = 0.7

/** From the moment at which the command is given to the first answer, beside a bare server written in TypeScript. */
export const start: Section = { name: 'start', measure }

/** Seconds until the first answer, and of them what the process and its children have computed. */
interface Started {
  seconds: number
  cpu: number
}

async function measure({ isQuick, storage }: Surroundings): Promise<Measure[]> {
  const other = machineNode()
  const none = (): Started[] => []
  const all = { bare: none(), first: none(), again: none(), launched: none() }
  for (let round = 0; round < (isQuick ? 1 : 7); round++) {
    const place = await storage()
    all.bare.push(await timed(startBare))
    all.first.push(await timed(() => startServer(place)))
    all.again.push(await timed(() => startServer(place)))
    if (other !== null) all.launched.push(await timed(() => startServer(place, { runtime: other })))
  }
  return [
    ...rows('start to first answer, tables to be made', all.first, all.bare, { atMost: goal }),
    ...rows('start to first answer, empty database', all.again, all.bare, { atMost: goal }),
    ...(other === null ? [] : rows('the same by a Node that hands over', all.launched, all.bare)),
  ]
}

function rows(
  what: string,
  own: readonly Started[],
  bare: readonly Started[],
  reach: { atMost?: number } = {},
): Measure[] {
  const row = (name: string, number: (started: Started) => number): Measure => {
    const numbers = own.map(number)
    return {
      what: name,
      value: median(numbers),
      spread: [Math.min(...numbers), Math.max(...numbers)],
      floor: median(bare.map(number)),
      unit: 's',
    }
  }
  return [{ ...row(what, ({ seconds }) => seconds), ...reach }, row(`${what}, computing`, ({ cpu }) => cpu)]
}

async function timed(begin: () => Promise<Server>): Promise<Started> {
  const begun = performance.now()
  const started = await begin()
  const seconds = (performance.now() - begun) / 1_000
  const cpu = cpuTimeOfFamily(started.pid) / 1_000
  await started.stop()
  return { seconds, cpu }
}

async function startBare(): Promise<Server> {
  const port = await freePort()
  return startProcess({
    args: [bareProgram, String(port)],
    env: {},
    url: `http://127.0.0.1:${port}`,
    status: 401,
  })
}

/** The Node of the machine where it is older than the one that Latchkey brings along; null where there is none. */
function machineNode(): string | null {
  const places = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'))
  const node = places.map((path) => join(path, 'node')).find(existsSync)
  if (node === undefined) return null
  const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  return Number.parseInt(version, 10) < Number.parseInt(process.versions.node, 10) ? node : null
}

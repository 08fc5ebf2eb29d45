import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Measure, median, type Section } from './measure.ts'
import { freePort, startProcess, startServer } from './server.ts'
import type { Surroundings } from './surroundings.ts'

const bareProgram = fileURLToPath(new URL('./bare-program.ts', import.meta.url))

/** From the moment at which the command is given to the first answer, beside a bare server written in TypeScript. */
export const start: Section = { name: 'start', measure }

async function measure({ isQuick, storage }: Surroundings): Promise<Measure[]> {
  const rounds = isQuick ? 1 : 7
  const other = machineNode()
  const times = {
    bare: [] as number[],
    first: [] as number[],
    again: [] as number[],
    launched: [] as number[],
  }
  for (let round = 0; round < rounds; round++) {
    const place = await storage()
    times.bare.push(await timed(startBare))
    times.first.push(await timed(() => startServer(place)))
    times.again.push(await timed(() => startServer(place)))
    if (other !== null) times.launched.push(await timed(() => startServer(place, { runtime: other })))
  }
  const floor = median(times.bare)
  const row = (what: string, own: readonly number[], atMost?: number): Measure => ({
    what,
    value: median(own),
    spread: [Math.min(...own), Math.max(...own)],
    floor,
    unit: 's',
    ...(atMost === undefined ? {} : { atMost }),
  })
  return [
    row('start to first answer, tables to be made', times.first, 0.7),
    row('start to first answer, empty database', times.again, 0.7),
    ...(other === null ? [] : [row('the same by a Node that hands over', times.launched)]),
  ]
}

async function timed(begin: () => Promise<{ stop(): Promise<void> }>): Promise<number> {
  const begun = performance.now()
  const started = await begin()
  const seconds = (performance.now() - begun) / 1_000
  await started.stop()
  return seconds
}

async function startBare() {
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
  const major = Number(
    execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0],
  )
  return major < Number(process.versions.node.split('.')[0]) ? node : null
}

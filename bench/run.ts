/**
 * Measures how fast Latchkey is on this machine, on both engines: a table, then the same as JSON. What each row
 * means, and all options, stand in docs/performance.md.
 *
 *     npm run bench -- [--section read] [--engine sqlite] [--tasks 110381] [--peer pocketbase] [--minutes 10] [--quick]
 *
 * Compare only numbers of one run.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../bin/build/ensure-built.ts'
import { type EngineName, engineNames } from '../test/support/engines.ts'
import { create } from './create.ts'
import { openDisk } from './disk.ts'
import { events } from './events.ts'
import { fullRead } from './full-read.ts'
import { growth } from './growth.ts'
import { keyTiming } from './key-timing.ts'
import { aboutMachine } from './machine.ts'
import { type Result, type Section, tasksOfAccount } from './measure.ts'
import { memory } from './memory.ts'
import { overload } from './overload.ts'
import { peer } from './peer.ts'
import { read } from './read.ts'
import type { Storage } from './server.ts'
import { soak } from './soak.ts'
import { start } from './start.ts'
import { type Surroundings, surround } from './surroundings.ts'
import { isReached, table } from './table.ts'
import { wrongKeys } from './wrong-keys.ts'

const sections: readonly Section[] = [
  ...[start, read, fullRead, memory, create, growth],
  ...[events, keyTiming, wrongKeys],
]
/** Only where they are asked for: they load the machine, or take ten minutes. */
const lasting: readonly Section[] = [overload, soak]
/** What is not the same on both engines; the others are run on SQLite when it is only to be seen that they work. */
const quickOnPostgres: readonly Section[] = [read, create]
const quickTasks = 300

const { values } = parseArgs({
  options: {
    section: { type: 'string', multiple: true },
    engine: { type: 'string', multiple: true },
    tasks: { type: 'string' },
    large: { type: 'string' },
    'large-database': { type: 'string' },
    peer: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const engines = engineNames.filter((name) => values.engine?.includes(name) ?? true)
const isChosen = ({ name }: Section) => values.section?.includes(name) ?? values.peer === undefined
const chosen = [...sections.filter(isChosen), ...lasting.filter(({ name }) => values.section?.includes(name))]
const minutes = Number(values.minutes)
const tasks = Number(values.tasks ?? (values.quick ? quickTasks : tasksOfAccount))
const isKnownPeer = values.peer === undefined || values.peer === 'pocketbase'
const hasWork = chosen.length > 0 || values.peer !== undefined
if (
  engines.length === 0 ||
  !hasWork ||
  !isKnownPeer ||
  !Number.isInteger(tasks) ||
  tasks < 1 ||
  !(minutes > 0)
) {
  process.stderr.write(
    `There are the sections ${[...sections, ...lasting].map(({ name }) => name).join(', ')}, the engines ${engineNames.join(', ')} and the peer pocketbase; --tasks is a whole number.\n`,
  )
  process.exit(2)
}

// Ending so, what was started is ended and what was written is removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

// As operators run it.
await ensureBuilt()
const disk = openDisk()
const results: Result[] = []
const facts: Record<string, string>[] = []
for (const engine of engines) {
  const surroundings = await surround({
    engine,
    isQuick: values.quick,
    tasks,
    minutes,
    large: largeOn(engine),
  })
  for (const section of sectionsOn(engine)) results.push(...(await measured(section, surroundings)))
  facts.push(await surroundings.close())
}
const report = {
  at: new Date().toISOString(),
  quick: values.quick,
  tasks,
  ...aboutMachine(),
  disk: disk.fileSystem,
  engines: facts,
  results,
}
const json = `${JSON.stringify(report, null, 2)}\n`
if (values.json !== undefined) {
  mkdirSync(dirname(resolve(values.json)), { recursive: true })
  writeFileSync(values.json, json)
}
process.stdout.write(`${table(results)}\n\n${values.json === undefined ? json : ''}`)
const unclear = results.filter(({ value, floor = 0 }) => !Number.isFinite(value) || !Number.isFinite(floor))
for (const { section, engine, what } of unclear)
  process.stderr.write(`${section} on ${engine} gave no number for "${what}".\n`)
const binding = new Set(chosen.filter(({ mustHold }) => mustHold).map(({ name }) => name))
const broken = results.filter((result) => binding.has(result.section) && !isReached(result))
for (const { section, engine, what } of broken)
  process.stderr.write(`${section} on ${engine} did not keep to its bound of "${what}".\n`)
process.exit(unclear.length + broken.length > 0 ? 1 : 0)

function sectionsOn(engine: EngineName): readonly Section[] {
  const isNarrow = values.quick && engine === 'postgres' && values.section === undefined
  const here = isNarrow ? chosen.filter((section) => quickOnPostgres.includes(section)) : chosen
  return values.peer === undefined ? here : [...here, peer]
}

function largeOn(engine: EngineName): Storage | null {
  const { large: directory, 'large-database': url = null } = values
  if (directory === undefined || (engine === 'postgres') !== (url !== null)) return null
  return { directory: resolve(directory), url }
}

async function measured({ name, measure }: Section, surroundings: Surroundings): Promise<Result[]> {
  const { engine } = surroundings
  process.stderr.write(`measuring ${name} on ${engine} …\n`)
  const rows = (await measure(surroundings)).map((one) => ({ section: name, engine, ...one }))
  // The whole takes long: what is known is told.
  if (rows.length > 0) process.stderr.write(`${table(rows)}\n\n`)
  return rows
}

/**
 * Measures how fast Latchkey is on this machine, on both engines: a table, then the same as JSON. What each row
 * means stands in docs/performance.md.
 *
 *     npm run bench -- [--section read] [--engine sqlite] [--tasks 110381] [--quick]
 *
 * Compare only numbers of one run.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { engineNames } from '../test/support/engines.ts'
import { create } from './create.ts'
import { openDisk } from './disk.ts'
import { events } from './events.ts'
import { keyTiming } from './key-timing.ts'
import { aboutMachine } from './machine.ts'
import type { Result, Section } from './measure.ts'
import { read } from './read.ts'
import { surround } from './surroundings.ts'
import { table } from './table.ts'
import { wrongKeys } from './wrong-keys.ts'

const sections: readonly Section[] = [read, create, events, keyTiming, wrongKeys]
/** The largest account that was measured elsewhere. */
const tasksOfAll = 110_381

const { values } = parseArgs({
  options: {
    section: { type: 'string', multiple: true },
    engine: { type: 'string', multiple: true },
    tasks: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const engines = engineNames.filter((name) => values.engine?.includes(name) ?? true)
const chosen = sections.filter(({ name }) => values.section?.includes(name) ?? true)
const tasks = Number(values.tasks ?? (values.quick ? 300 : tasksOfAll))
if (engines.length === 0 || chosen.length === 0 || !Number.isInteger(tasks) || tasks < 1) {
  process.stderr.write(
    `There are the sections ${sections.map(({ name }) => name).join(', ')} and the engines ${engineNames.join(', ')}; --tasks is a whole number.\n`,
  )
  process.exit(2)
}

const disk = openDisk()
const results: Result[] = []
const made: Record<string, unknown>[] = []
for (const engine of engines) {
  const surroundings = await surround({ engine, isQuick: values.quick, tasks })
  try {
    for (const section of chosen) results.push(...(await measured(section, surroundings)))
  } finally {
    made.push(await surroundings.close())
  }
}
const report = {
  at: new Date().toISOString(),
  quick: values.quick,
  tasks,
  ...aboutMachine(),
  disk: disk.fileSystem,
  engines: made,
  results,
}
const json = `${JSON.stringify(report, null, 2)}\n`
if (values.json) writeFileSync(values.json, json)
process.stdout.write(`${table(results)}\n\n${values.json ? '' : json}`)
process.exit(0)

async function measured(
  { name, measure }: Section,
  surroundings: Parameters<Section['measure']>[0],
): Promise<Result[]> {
  const { engine } = surroundings
  process.stderr.write(`measuring ${name} on ${engine} …\n`)
  return (await measure(surroundings)).map((one) => ({ section: name, engine, ...one }))
}

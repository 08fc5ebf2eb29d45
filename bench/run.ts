/**
 * Measures how fast Latchkey is on this machine, on both engines: a table, then the same as JSON.
 *
 *     npm run bench -- [--section events] [--engine sqlite]
 *
 * Compare only numbers of one machine, best of one run.
 */
import { parseArgs } from 'node:util'
import { type EngineName, engineNames } from '../test/support/engines.ts'
import { events } from './events.ts'
import { keyTiming } from './key-timing.ts'
import { type Result, type Section, table } from './measure.ts'
import { wrongKeys } from './wrong-keys.ts'

const sections: readonly Section[] = [events, keyTiming, wrongKeys]

const { values } = parseArgs({
  options: { section: { type: 'string', multiple: true }, engine: { type: 'string', multiple: true } },
})
const engines = engineNames.filter((name) => values.engine?.includes(name) ?? true)
const chosen = sections.filter(({ name }) => values.section?.includes(name) ?? true)
if (engines.length === 0 || chosen.length === 0) {
  process.stderr.write(
    `There are the sections ${sections.map(({ name }) => name).join(', ')} and the engines ${engineNames.join(', ')}.\n`,
  )
  process.exit(2)
}

const results: Result[] = []
for (const section of chosen) for (const engine of engines) results.push(...(await measured(section, engine)))
process.stdout.write(
  `${table(results)}\n\n${JSON.stringify({ at: new Date().toISOString(), results }, null, 2)}\n`,
)
process.exit(0)

async function measured({ name, measure }: Section, engine: EngineName): Promise<Result[]> {
  process.stderr.write(`measuring ${name} on ${engine} …\n`)
  return (await measure(engine)).map((one) => ({ section: name, engine, ...one }))
}

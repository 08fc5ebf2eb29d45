import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { openBare } from './bare.ts'
import { openLoadGenerator } from './load.ts'
import type { Measure, Section } from './measure.ts'
import { byExport, byPage, getter } from './reading.ts'
import type { Surroundings } from './surroundings.ts'

/** What a server keeps in memory while nobody asks: as it has started, and after it was asked much. */
export const memory: Section = { name: 'memory', measure }

async function measure({ isQuick, company }: Surroundings): Promise<Measure[]> {
  const opened = await company()
  await opened.stop()
  const server = await opened.serve()
  const pause = () => wait(isQuick ? 100 : 30_000)
  await pause()
  const started = resident(server.pid)
  const get = getter(server.url, opened.key)
  await byPage(get)
  await byExport(get)
  const generator = await openLoadGenerator()
  for (const path of ['/rest/contacts?per_page=100', '/rest/tasks?per_page=100']) {
    const requests = [{ path, headers: { authorization: `Bearer ${opened.key}` } }]
    await generator.send({
      url: server.url,
      requests,
      connections: 16,
      seconds: isQuick ? 0.05 : 10,
      status: 200,
    })
  }
  generator.close()
  const loaded = resident(server.pid)
  await pause()
  const rested = resident(server.pid)
  const bare = await openBare()
  const floor = resident(bare.pid)
  bare.close()
  return [
    { what: 'resident, idle since the start', value: started, floor, unit: 'MB', atMost: 160 },
    { what: 'resident, just after load', value: loaded, floor, unit: 'MB' },
    { what: 'resident, idle again', value: rested, floor, unit: 'MB', atMost: 160 },
  ]
}

/** Millions of bytes. */
function resident(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kibibytes) * 1_024) / 1_000_000
}

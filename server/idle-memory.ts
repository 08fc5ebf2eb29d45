import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What is looked at and done; the process itself unless a test says otherwise. */
export interface Process {
  /** The share of the time since the last call in which the event loop had something to do, from 0 to 1. */
  utilization(): number
  /** Bytes that the heap holds, in use or not. */
  heapSize(): number
  collect(): void
}

const lookEveryMs = 5_000
/** Latchkey's own looking around takes about a third of that. */
const idleUtilization = 0.01
/** Looks in a row. Between two requests of a program that asks seldom there is no time for it. */
const idleLooks = 2
/** Bytes. A heap that is smaller is left alone, but for what the start has left. */
const smallHeap = 64 * 1_024 * 1_024
/** Of what was left the last time; less is not worth the tenth of a second that it takes. */
const growth = 1.5

/**
 * Gives memory back that was needed under load, once there is next to nothing to do. V8 keeps what it has until it
 * needs more, and Node never tells it that the process is idle.
 * @returns ends it
 */
export function giveBackWhenIdle(process: Process = thisProcess()): () => void {
  let left = 0
  let quiet = 0
  process.utilization()
  const timer = setInterval(() => {
    quiet = process.utilization() < idleUtilization ? quiet + 1 : 0
    if (quiet < idleLooks || process.heapSize() < left * growth) return
    process.collect()
    left = Math.max(process.heapSize(), smallHeap / growth)
  }, lookEveryMs).unref()
  return () => clearInterval(timer)
}

function thisProcess(): Process {
  let last = performance.eventLoopUtilization()
  return {
    utilization() {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, last)
      last = now
      return utilization
    },
    heapSize: () => getHeapStatistics().total_heap_size,
    collect,
  }
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

let collectAll: Collect | undefined

/** The last resort of V8 alone gives pages back to the system; without the flag there is no way to ask for it. */
export function collect(): void {
  if (!collectAll) {
    setFlagsFromString('--expose-gc')
    collectAll = runInNewContext('gc') as Collect
    setFlagsFromString('--no-expose-gc')
  }
  collectAll({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

import type pg from 'pg'
import type { Row } from './account-store.ts'
import { connectionLifetime, PreparingClient } from './postgres-client.ts'

const laneCount = 2
/** Of one lane: what comes beyond that goes another way, so that nothing stands in a queue for long. */
const mostUnderWay = 64

/**
 * Connections for queries that take next to no time. They are sent without waiting for the answers to those before
 * them, which spares server and client most of what a query costs beside its own work; and they are planned once,
 * where planning each anew for its parameters would cost more than running it.
 */
export interface Lanes {
  /** Null where all lanes are full. */
  query(text: string, parameters: readonly unknown[]): Promise<Row[]> | null
  close(): Promise<void>
}

interface Lane {
  client: PreparingClient
  ready: Promise<void>
  openedAt: number
  underWay: number
}

/** @param plansOnce not of a cluster, whose planner has to know which account is asked for */
export function openLanes(config: pg.ClientConfig, { plansOnce }: { plansOnce: boolean }): Lanes {
  const lanes: (Lane | null)[] = Array.from({ length: laneCount }, () => null)
  const ending = new Set<Promise<void>>()

  function laneAt(at: number): Lane {
    const lane = lanes[at]
    if (lane && Date.now() - lane.openedAt < connectionLifetime * 1_000) return lane
    if (lane) retire(lane)
    return open(at)
  }

  function open(at: number): Lane {
    const client = new PreparingClient({ ...config, pipeline: true } as pg.ClientConfig)
    const lane: Lane = { client, ready: connect(client, plansOnce), openedAt: Date.now(), underWay: 0 }
    const forget = () => {
      if (lanes[at] === lane) lanes[at] = null
    }
    // What is under way fails with the same error; whatever comes next opens the lane anew.
    client.on('error', forget)
    client.on('end', forget)
    lane.ready.catch(forget)
    lanes[at] = lane
    return lane
  }

  /** Closes it behind the queries that it still answers. */
  function retire({ client, ready }: Lane): void {
    const ended = ready.then(() => client.end()).catch(() => {})
    ending.add(ended)
    ended.finally(() => ending.delete(ended))
  }

  async function send(lane: Lane, text: string, parameters: readonly unknown[]): Promise<Row[]> {
    lane.underWay++
    try {
      await lane.ready
      const { rows } = await (lane.client as pg.Client).query<Row>(text, [...parameters])
      return rows
    } finally {
      lane.underWay--
    }
  }

  return {
    query(text, parameters) {
      const at = (lanes[0]?.underWay ?? 0) <= (lanes[1]?.underWay ?? 0) ? 0 : 1
      const lane = laneAt(at)
      return lane.underWay < mostUnderWay ? send(lane, text, parameters) : null
    },
    async close() {
      for (const lane of lanes) if (lane) retire(lane)
      lanes.fill(null)
      await Promise.all(ending)
    },
  }
}

async function connect(client: PreparingClient, plansOnce: boolean): Promise<void> {
  await client.connect()
  await client.lookForPooler()
  if (plansOnce) await client.planOnce()
}

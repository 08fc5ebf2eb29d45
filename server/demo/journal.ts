import type { Resource } from '../resource-layer/resource.ts'
import { seededIds } from './ids.ts'

/** One thing that somebody of the company did. */
export interface Entry {
  kind: 'create' | 'update'
  resource: Resource
  id: string
  at: number
  /** The user, or null for what came in by itself, such as a lead from the website. */
  by: string | null
  fields: Readonly<Record<string, unknown>>
}

/** What happens in the company, planned before anything is written. */
export interface Journal {
  /** Returns the id that the record will have. */
  create(resource: Resource, act: Act): string
  update(resource: Resource, id: string, act: Act): void
  /** In the order of time; what happens at the same time stays in the order of planning. */
  entries(): Entry[]
}

export interface Act {
  at: number
  by: string | null
  fields: Readonly<Record<string, unknown>>
}

export function createJournal(seed: number): Journal {
  const planned: Entry[] = []
  const newId = seededIds(seed, 'records')
  return {
    create(resource, act) {
      const id = newId(act.at)
      planned.push({ kind: 'create', resource, id, ...act })
      return id
    },
    update(resource, id, act) {
      planned.push({ kind: 'update', resource, id, ...act })
    },
    entries: () => planned.toSorted((one, other) => one.at - other.at),
  }
}

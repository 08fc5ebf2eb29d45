import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Api, apiOf, type Target } from './api.ts'
import { acts } from './sections/acts.ts'
import { authentication } from './sections/authentication.ts'
import { bulk } from './sections/bulk.ts'
import { errors } from './sections/errors.ts'
import { files } from './sections/files.ts'
import { filters } from './sections/filters.ts'
import { leads } from './sections/leads.ts'
import { lists } from './sections/lists.ts'
import { messages } from './sections/messages.ts'
import { objects } from './sections/objects.ts'
import { processes } from './sections/processes.ts'
import { requests } from './sections/requests.ts'
import { search } from './sections/search.ts'
import { surface } from './sections/surface.ts'
import { writes } from './sections/writes.ts'
import { differences, eventsAfter, eventTypes, payloadProblems, positionNow, untoldWrites } from './told.ts'
import { makeWorld, tidyUp, type World } from './world.ts'

/** What a section works with. */
export interface Suite {
  api: Api
  /** Only while its tests run. */
  world(): World
}

/** The parts of the contract, by name, in the order in which they are tried. */
export const sections: Readonly<Record<string, (suite: Suite) => void>> = {
  authentication,
  surface,
  objects,
  errors,
  filters,
  search,
  writes,
  leads,
  processes,
  acts,
  messages,
  files,
  requests,
  bulk,
  lists,
}

/**
 * Declares the tests of the whole contract against a server. They use HTTP and the key, and nothing else;
 * what they make is named for them and deleted at the end.
 * @param targeted read when the tests run, so that the server may start after they are declared
 * @param only the sections to run instead of all
 */
export function conformanceSuite(targeted: () => Target, only?: readonly string[]): void {
  const api = apiOf(targeted)
  let begun = 0
  before(async () => {
    begun = await positionNow(api)
  })
  describe('the contract', () => {
    let made: World | undefined
    const world = () => {
      if (!made) throw new Error('The world is there only while the tests run.')
      return made
    }
    before(async () => {
      made = await makeWorld(api)
    })
    after(() => (made ? tidyUp(api, made) : undefined))
    for (const [name, section] of Object.entries(sections))
      if (only?.includes(name) ?? true) section({ api, world })
  })

  it('has told all that the suite wrote, and nothing else, in events that fit their schemas', async () => {
    const types = await eventTypes(api)
    const events = await eventsAfter(api, begun)
    assert.ok(api.written.length > 0 && events.length > 0)
    assert.deepEqual(
      events.map(({ position }) => position),
      events.map((_, at) => begun + at + 1),
      'positions have no gap',
    )
    assert.deepEqual(
      events.flatMap((event) => payloadProblems(types, event)),
      [],
    )
    assert.deepEqual(untoldWrites(types, events, api.written), [])
    assert.deepEqual(await differences(api, types, events), [])
  })
}

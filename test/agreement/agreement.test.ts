import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { before, it } from 'node:test'
import { sql } from 'kysely'
import { makeOneOfEach } from '../api/records.ts'
import { startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { disagreementsIn } from './agreement.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  before(async () => {
    const each = await makeOneOfEach(server, server.acme)
    const { api } = server.acme
    const contact = `/contacts/${each.contacts?.id}`
    await api.patch(contact, {
      last_name: 'Meadow',
      tags: ['cold', 'vip'],
      email_addresses: ['r@example.com'],
    })
    await api.delete(contact)
    await api.post(`${contact}/restore`)
    await api.delete(`/deals/${each.deals?.id}`)
    await server.running.publisher.publishAll()
  })

  /** What is found once the statements are run, which are undone. */
  async function foundAfter(...statements: string[]): Promise<string> {
    const { engine: opened } = server.running
    let found: string[] = []
    const undone = opened.writer.transaction().execute(async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx)
      found = await disagreementsIn({ ...opened, reader: tx, writer: tx }, server.storage.directory)
      throw new Undone()
    })
    await assert.rejects(undone, Undone)
    return found.join('\n')
  }

  it('is whole after what the API did', async () => {
    assert.equal(await foundAfter(), '')
  })

  const faults: [string, RegExp][] = [
    [`update contacts set search_text = 'nobody'`, /search_text of contacts/],
    [`update contacts set last_name = 'Nobody'`, /last_name is Nobody, and by the change log Meadow/],
    ['update contacts set version = version + 1', /has version 5 after 4 changes/],
    [`update contacts set emails = '[]'`, /lookups: .* email 0 r@example.com is too much/],
    ['update record_counts set live = live + 1', /count of contacts: 2 are kept, and there are 1/],
    ['update contacts set deleted_at = 1', /is not deleted as told/],
    ['update taggings set position = position + 1', /taggings of .*: places 1/],
    ['update stage_stays set left_at = 7', /ends when no next begins/],
    ['update stage_stays set stage_id = deal_id where deal_id is not null', /stays of deals/],
    ['update event_positions set position = position + 1', /the last position is not the last event/],
    [`delete from events where type = 'contact.created'`, /their positions have a gap/],
    [`update uploaded_files set sha256 = 'x'`, /the content of file .* is another/],
  ]
  for (const [fault, sentence] of faults) {
    it(`finds the fault: ${fault}`, async () => {
      assert.match(await foundAfter(fault), sentence)
    })
  }

  it('finds a content that is gone, and one that nobody knows of', async () => {
    assert.match(await foundAfter('delete from uploaded_files'), /nobody knows of the content/)
    rmSync(join(server.storage.directory, 'files'), { recursive: true })
    assert.match(await foundAfter(), /the content of file .* is not there/)
  })

  if (engine.name !== 'sqlite') return
  it('finds an index that has forgotten a text, or kept one', async () => {
    const first = '(select id from search_rows limit 1)'
    assert.match(
      await foundAfter(`delete from search_index where rowid in ${first}`),
      /is missing in the index/,
    )
    const other = `insert or replace into search_index (rowid, search_text) select id, 'xyz' from search_rows`
    assert.match(await foundAfter(other), /"xyz" of row .* is too much/)
  })
})

class Undone extends Error {}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Fields } from '../api.ts'
import { fullAddressOrder } from '../shapes/records.ts'
import { customValueOrder } from '../shapes/set-up.ts'
import type { Suite } from '../suite.ts'

/**
 * What objects say (`contract.md` §1 and §4). That each has its keys and types, and no other, is checked on
 * every answer of the suite.
 */
export function objects({ api, world }: Suite): void {
  const one = (resource: string, query = '') => api.one(`/${resource}/${world().one[resource]?.id}${query}`)

  describe('objects', () => {
    it('of every resource are read alone as in their list', async () => {
      for (const [resource, { id }] of Object.entries(world().one)) {
        const [listed] = await api.list(`/${resource}?id=${id}`)
        assert.deepEqual(await api.one(`/${resource}/${id}`), listed, resource)
      }
    })

    it('gain keys by flags, and lack them otherwise', async () => {
      for (const resource of ['deals', 'contacts', 'properties', 'units', 'processes']) {
        assert.ok(!('custom_fields' in (await one(resource))), resource)
        const { custom_fields } = await one(resource, '?include_custom_fields=true')
        assert.ok(Array.isArray(custom_fields) && custom_fields.length > 0, resource)
        const [listed] = await api.list(
          `/${resource}?id=${world().one[resource]?.id}&include_custom_fields=true`,
        )
        assert.deepEqual(listed?.custom_fields, custom_fields)
        assert.ok(!('custom_fields' in (await one(resource, '?include_custom_fields=false'))))
      }
      const { property_groups } = await one('properties', '?include_property_groups=true')
      const group = world().one.property_groups
      assert.deepEqual(property_groups, [{ id: group?.id, name: group?.name }])
      const both = await one('properties', '?include_property_groups=true&include_custom_fields=true')
      assert.ok('property_groups' in both && 'custom_fields' in both)
    })

    it('show decimals as strings and square feet as a number', async () => {
      const { unit } = (await one('properties')) as unknown as { unit: Fields }
      assert.deepEqual(
        [unit.num_bedrooms, unit.num_bathrooms, unit.square_feet, unit.market_rent, unit.current_rent],
        ['3.0', '2.5', 1180, '1450.0', '1400.5'],
      )
      const { value, cost } = await one('deals')
      assert.deepEqual([value, cost], ['1800.5', '25.0'])
    })

    it('of a unit show times in milliseconds with the offset of the account', async () => {
      const { created_at } = await one('units')
      const shown = Temporal.Instant.from(String(created_at)).toZonedDateTimeISO(world().timeZone)
      assert.equal(String(created_at).slice(-6), shown.offset)
      const { unit } = await one('properties')
      assert.equal((unit as Fields).created_at, created_at)
    })

    it('of a property hold the whole address, with the unit on the one line', async () => {
      const { full_address } = (await one('properties')) as unknown as { full_address: Fields }
      const { mark } = world()
      assert.deepEqual(Object.keys(full_address), fullAddressOrder)
      assert.equal(full_address.line_1, `18 Alder Court ${mark}`)
      assert.equal(full_address.line_2, 'Rear house')
      assert.equal(full_address.country, 'US')
      assert.match(String(full_address.full_address), /^18 Alder Court .*2B.*Ashford.*OR 97001$/)
      assert.doesNotMatch(String(full_address.full_address), /\n/)
    })

    it('list every custom field, filled or not, in the known form', async () => {
      const { keys, timeZone } = world()
      const values = await customValuesOf(world().one.properties?.id)
      assert.deepEqual(Object.keys(values.get(keys.property?.text ?? '') ?? {}), customValueOrder)
      const midnight = Temporal.PlainDate.from('2026-03-08').toZonedDateTime(timeZone)
      const filled = {
        text: 'no pets',
        choices: 'cats',
        number: 12.5,
        currency: 1200.1,
        percentage: 7,
        date: Math.floor(midnight.epochMilliseconds / 1000),
        date_time: 1_772_970_000,
        url: 'https://example.com/rules',
      }
      const empty = { text: '', choices: '', url: '', number: null, currency: null, percentage: null }
      const unfilled = await customValuesOf(world().another.properties?.id)
      for (const [type, value] of Object.entries(filled))
        assert.equal(values.get(keys.property?.[type] ?? '')?.value, value, type)
      for (const [type, value] of Object.entries({ ...empty, date: null, date_time: null }))
        assert.equal(unfilled.get(keys.property?.[type] ?? '')?.value, value, type)
      const choices = values.get(keys.property?.choices ?? '')
      assert.deepEqual(choices?.options, ['none', 'cats'])
      assert.equal(choices?.category, 'property')
    })

    async function customValuesOf(id: string | undefined): Promise<Map<unknown, Fields>> {
      const { custom_fields } = await api.one(`/properties/${id}?include_custom_fields=true`)
      return new Map((custom_fields as Fields[]).map((value) => [value.key, value]))
    }

    it('link to a page that is not made of the path of the API', async () => {
      for (const resource of ['deals', 'contacts', 'properties', 'processes', 'pipelines', 'process_types'])
        assert.doesNotMatch(String((await one(resource)).link), /\/rest\//)
    })

    it('of deals hold pipeline, stage, source, assignee, contacts and properties', async () => {
      const deal = await one('deals')
      const { one: known, user } = world()
      const { id, name, email } = user
      assert.deepEqual(deal.pipeline, { id: known.pipelines?.id, name: known.pipelines?.name })
      assert.deepEqual(deal.stage, {
        id: known.stages?.id,
        name: known.stages?.name,
        status: 'lead',
      })
      assert.deepEqual(deal.source, { id: known.sources?.id, name: known.sources?.name })
      assert.deepEqual(deal.assignee, { id, name, email })
      assert.deepEqual((deal.contacts as Fields[])[0], await one('contacts'))
      assert.deepEqual((deal.properties as Fields[])[0], await one('properties'))
      assert.equal(deal.comments, 'Asked about\nfull service.')
      assert.equal(deal.num_outbound_emails, 1)
      assert.equal(deal.last_emailed_at, '2026-01-15T09:30:00Z')
      assert.deepEqual([deal.next_task_kind, deal.next_task_due_at], ['email', '2026-02-01T17:00:00Z'])
    })

    it('of processes hold type, stage, user and roles, and closed_at as null while open', async () => {
      const process = await one('processes')
      const { one: known, user } = world()
      assert.equal(process.process_type_id, known.process_types?.id)
      assert.equal((process.process_type as Fields).name, known.process_types?.name)
      assert.deepEqual([process.closed_at, process.time_to_close], [null, null])
      assert.equal((process.user as Fields).id, user.id)
      const [role] = process.contact_roles as { key: string; contacts: Fields[] }[]
      assert.equal(role?.key, known.contact_roles?.key)
      assert.deepEqual(role?.contacts, [await one('contacts')])
      const [agent] = process.assignee_roles as { key: string; user: Fields | null }[]
      assert.equal(agent?.user?.id, user.id)
    })

    it('of tasks hold their process, deal, step and assignee', async () => {
      const task = await one('tasks')
      const process = task.process as Fields
      const { one: known } = world()
      assert.equal(process.id, known.processes?.id)
      assert.equal((process.stage as Fields).id, known.process_stages?.id)
      assert.equal((task.deal as Fields).id, known.deals?.id)
      assert.deepEqual(task.step, {
        id: known.steps?.id,
        kind: 'email',
        description: 'Tell them: offer.',
        delay_minutes: 1440,
      })
      const other = world().another.tasks
      assert.deepEqual([other?.process, other?.deal, other?.assignee, other?.step], [null, null, null, null])
    })

    it('carry the ids that records have elsewhere, with their flag', async () => {
      const { external_ids } = await one('contacts', '?include_external_ids=true')
      assert.deepEqual(external_ids, [{ source: 'ledger', external_id: `${world().mark} C-1` }])
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi, timeZone } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { migrations } from '../../storage/migrations/index.ts'
import { statements } from '../../storage/migrations/statements.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  /** A house, and what is written to and read of its one unit. */
  async function newUnit(fields: Record<string, unknown> = {}) {
    const { api } = server.acme
    const property = await api.made('/properties', { address: '7 Oak Row', unit: fields })
    const { id } = property.unit as Fields
    const path = `/units/${id}`
    return {
      id,
      path,
      propertyId: property.id,
      write: async (changes: Record<string, unknown>) => dataOf(await api.patch(path, changes)),
      leases: async () => listOf(await api.get(`${path}/leases?order_field=start_date`)),
    }
  }

  const told = (leases: readonly Fields[]) =>
    leases.map(({ start_date, end_date, rent, status }) => [start_date, end_date, rent, status])

  describe('the leases of a unit', () => {
    it('begin with the unit, and are corrected by it', async () => {
      const unit = await newUnit({ lease_start_date: day(-100), current_rent: '1400' })
      await unit.write({
        lease_end_date: day(200),
        current_rent: 1450.5,
        current_lease_move_in: day(-99),
        current_lease_move_out: day(200),
      })
      const [lease] = await unit.leases()
      assert.equal(
        Object.keys(lease ?? {}).join(' '),
        'id unit property status start_date end_date move_in move_out rent tenants comments created_at updated_at',
      )
      const { id: _, created_at: __, updated_at: ___, ...facts } = lease as Fields
      assert.deepEqual(facts, {
        unit: { id: unit.id, unit_number: null },
        property: {
          id: unit.propertyId,
          address: '7 Oak Row',
          link: `${server.url}/properties/${unit.propertyId}`,
        },
        status: 'current',
        start_date: day(-100),
        end_date: day(200),
        move_in: day(-99),
        move_out: day(200),
        rent: '1450.5',
        tenants: [],
        comments: null,
      })
      await unit.write({ lease_start_date: day(-110) })
      assert.deepEqual(told(await unit.leases()), [[day(-110), day(200), '1450.5', 'current']])
      assert.equal((await unit.leases())[0]?.id, lease?.id)
    })

    it('follow one another: the former stays, and ends before the next begins', async () => {
      const unit = await newUnit({ lease_start_date: day(-400), current_rent: 1300 })
      await unit.write({ lease_start_date: day(-30), lease_end_date: day(300), current_rent: 1400 })
      assert.deepEqual(told(await unit.leases()), [
        [day(-400), day(-31), '1300.0', 'past'],
        [day(-30), day(300), '1400.0', 'current'],
      ])
      await unit.write({ lease_start_date: day(301), lease_end_date: day(600), current_rent: 1500 })
      assert.deepEqual(told(await unit.leases()), [
        [day(-400), day(-31), '1300.0', 'past'],
        [day(-30), day(300), '1400.0', 'current'],
        [day(301), day(600), '1500.0', 'future'],
      ])
    })

    it('end when the unit shows none any more, and go on when it shows them again', async () => {
      const unit = await newUnit({ lease_start_date: day(-50), lease_end_date: day(50) })
      const none = { lease_start_date: null, lease_end_date: null, occupancy: 'Vacant' }
      await unit.write(none)
      assert.deepEqual(told(await unit.leases()), [[day(-50), day(-1), null, 'past']])
      await unit.write({ lease_start_date: day(-50), lease_end_date: day(50) })
      assert.deepEqual(told(await unit.leases()), [[day(-50), day(50), null, 'current']])
      await unit.write({ lease_end_date: day(-20) })
      await unit.write(none)
      assert.deepEqual(told(await unit.leases()), [[day(-50), day(-20), null, 'past']])
    })

    it('never were when the unit loses them before they begin', async () => {
      const unit = await newUnit({ lease_start_date: day(5) })
      await unit.write({ lease_start_date: null })
      assert.deepEqual(await unit.leases(), [])
      const [gone] = listOf(await server.acme.api.get(`${unit.path}/leases?include_deleted=true`))
      assert.equal(gone?.start_date, day(5))
    })

    it('are taken over with their tenants when the unit comes to them', async () => {
      const { api } = server.acme
      const unit = await newUnit({ lease_start_date: day(-300), lease_end_date: day(10) })
      const tenant = await api.made('/contacts', { full_name: 'Petra Stone' })
      const next = await api.made(`${unit.path}/leases`, {
        start_date: day(11),
        rent: '1500',
        tenant_ids: [tenant.id],
      })
      await unit.write({ lease_start_date: day(11), lease_end_date: day(400), current_rent: 1525 })
      const lease = dataOf(await api.get(`/leases/${next.id}`))
      assert.deepEqual([lease.end_date, lease.rent], [day(400), '1525.0'])
      assert.deepEqual(ids(lease.tenants as Fields[]), [tenant.id])
      assert.equal((await unit.leases()).length, 2)
      assert.deepEqual(ids(listOf(await api.get(`/contacts/${tenant.id}/leases`))), [next.id])
    })

    it('come from every way in which a unit is written, in its own transaction', async () => {
      const { api } = server.acme
      const { id } = await api.made('/properties', { address: '9 Elm', lease_start_date: day(-3) })
      const path = `/properties/${id}`
      await api.put(path, { property: { current_rent: '900' } })
      await api.put(path, { unit: { lease_end_date: day(3) } })
      const changes = (await server.changesOf(server.acme)).length
      problemOf(await api.put(path, { current_rent: '950', num_bedrooms: 'many' }), 400, 'invalid_field')
      await api.put(path, { num_bedrooms: '4' })
      const later = await server.changesOf(server.acme, changes)
      assert.ok(!later.some(({ resource }) => resource === 'leases'))
      assert.deepEqual(told(listOf(await api.get(`${path}/leases`))), [[day(-3), day(3), '900.0', 'current']])
      const strict = await api.put(path, { lease_start_date: day(1), x: 1 }, { prefer: 'handling=strict' })
      problemOf(strict, 400, 'unknown_parameter')
      assert.equal(listOf(await api.get(`${path}/leases`)).length, 1)
    })

    it('take what a unit says of them, even where it makes no sense', async () => {
      const unit = await newUnit({ lease_start_date: day(5), lease_end_date: day(-5) })
      assert.deepEqual(told(await unit.leases()), [[day(5), day(-5), null, 'future']])
    })
  })

  describe('leases', () => {
    it('are filled in, put right and deleted behind the one that the unit shows', async () => {
      const { api } = server.acme
      const unit = await newUnit({ lease_start_date: day(-10) })
      const body = { lease: { unit_id: unit.id, start_date: '2019-01-01', end_date: '2019-12-31' } }
      const past = await api.made('/leases', body)
      assert.deepEqual([past.status, (past.property as Fields).id], ['past', unit.propertyId])
      const one = `/leases/${past.id}`
      assert.equal(dataOf(await api.patch(one, { rent: '1200', end_date: '2020-01-31' })).rent, '1200.0')
      problemOf(await api.post('/leases', body), 409, 'already_exists')
      problemOf(await api.patch(one, { start_date: day(-10) }), 409, 'already_exists')
      problemOf(await api.patch(one, { end_date: '2018-01-01' }), 400, 'invalid_field')
      problemOf(await api.patch(one, { start_date: null }), 400, 'missing_field')
      problemOf(await api.post('/leases', { unit_id: unit.id }), 400, 'missing_field')
      assert.equal((await api.delete(one)).status, 204)
      const again = await api.made('/leases', body)
      problemOf(await api.post(`${one}/restore`), 409, 'already_exists')
      await api.delete(`/leases/${again.id}`)
      assert.equal((await api.post(`${one}/restore`)).status, 200)
      assert.deepEqual(
        told(await unit.leases()).map(([start]) => start),
        ['2019-01-01', day(-10)],
      )
    })

    it('that a unit shows are changed by the unit, but for their tenants and comments', async () => {
      const { api } = server.acme
      const unit = await newUnit({ lease_start_date: day(-10), current_rent: 1000 })
      const [shown] = await unit.leases()
      const one = `/leases/${shown?.id}`
      for (const changes of [{ rent: 1 }, { end_date: day(9) }, { start_date: day(-9) }]) {
        const { error } = problemOf(await api.patch(one, changes), 409, 'lease_of_unit')
        assert.match(error, new RegExp(`/rest/units/${unit.id}`))
      }
      problemOf(await api.delete(one), 409, 'lease_of_unit')
      const tenant = await api.made('/contacts', {})
      const changed = dataOf(await api.patch(one, { tenant_ids: [tenant.id], comments: 'Cats', rent: 1000 }))
      assert.deepEqual([ids(changed.tenants as Fields[]), changed.comments], [[tenant.id], 'Cats'])
    })

    it('go and come back with their unit and with its property', async () => {
      const { api } = server.acme
      const unit = await newUnit({ lease_start_date: day(-10) })
      const [lease] = await unit.leases()
      const second = await api.made(`/properties/${unit.propertyId}/units`, { lease_start_date: day(-9) })
      const [other] = listOf(await api.get(`/units/${second.id}/leases`))
      await api.delete(`/units/${second.id}`)
      problemOf(await api.get(`/leases/${other?.id}`), 404, 'not_found')
      problemOf(await api.post(`/leases/${other?.id}/restore`), 409, 'parent_deleted')
      await api.delete(`/properties/${unit.propertyId}`)
      problemOf(await api.get(`/leases/${lease?.id}`), 404, 'not_found')
      await api.post(`/properties/${unit.propertyId}/restore`)
      assert.equal((await api.get(`/leases/${lease?.id}`)).status, 200)
      problemOf(await api.get(`/leases/${other?.id}`), 404, 'not_found')
      await api.post(`/units/${second.id}/restore`)
      assert.equal((await api.get(`/leases/${other?.id}`)).status, 200)
    })

    it('are found by status, unit, property, tenant, dates, rent and words', async () => {
      const { api } = server.other
      const property = await api.made('/properties', {
        address: '77 Quince Way',
        unit: { unit_number: 'Q9', lease_start_date: day(0), lease_end_date: day(0), current_rent: 1500 },
      })
      await api.made('/properties', { address: '1 Elm', unit: { lease_start_date: day(-1) } })
      const unit = (property.unit as Fields).id
      const contact = await api.made('/contacts', { full_name: 'Ulla Quast' })
      const past = { start_date: day(-700), end_date: day(-1), rent: 1300, contact_ids: [contact.id] }
      await api.made(`/units/${unit}/leases`, past)
      await api.made(`/units/${unit}/leases`, { start_date: day(1), rent: 1600 })
      const found = async (query: string) =>
        listOf(await api.get(`/leases?unit_id=${unit}&order_field=start_date&${query}`)).map(
          ({ rent }) => rent,
        )
      assert.deepEqual(await found('status=past'), ['1300.0'])
      assert.deepEqual(await found('status=current'), ['1500.0'])
      assert.deepEqual(await found('status=future,past'), ['1300.0', '1600.0'])
      problemOf(await api.get('/leases?status=lapsed'), 400, 'invalid_parameter')
      assert.deepEqual(await found(`contact_id=${contact.id}`), ['1300.0'])
      assert.deepEqual(await found(`start_date[gte]=${day(0)}`), ['1500.0', '1600.0'])
      assert.deepEqual(await found(`end_date[lt]=${day(0)}`), ['1300.0'])
      assert.deepEqual(await found('rent[gt]=1300&rent[lte]=1500'), ['1500.0'])
      assert.deepEqual(await found('search=quast'), ['1300.0'])
      assert.equal((await found('search=quince')).length, 3)
      assert.equal((await found('search=q9')).length, 3)
      assert.equal(listOf(await api.get(`/properties/${property.id}/leases`)).length, 3)
      const exported = await fetch(`${server.url}/rest/export/leases.csv`, {
        headers: { authorization: `Bearer ${server.other.key}` },
      })
      assert.equal((await exported.text()).trim().split(/\r?\n/).length, 5)
    })

    it('begin with what the units of an older version show', async () => {
      const { api } = server.other
      const made = await api.made('/properties', {
        address: '4 Fir',
        unit: { lease_start_date: '2024-05-01', lease_end_date: '2025-04-30', current_rent: '1100' },
      })
      const unit = (made.unit as Fields).id
      const { dialect, transaction } = server.running.engine
      const fill = statements(migrations['0010-leases'] ?? '', dialect).find((text) =>
        /^insert into leases/.test(text),
      )
      await transaction(async (tx) => {
        await sql.raw('delete from lease_tenants').execute(tx)
        await sql.raw('delete from leases').execute(tx)
        await sql.raw(fill ?? '').execute(tx)
      })
      assert.deepEqual(told(listOf(await api.get(`/units/${unit}/leases`))), [
        ['2024-05-01', '2025-04-30', '1100.0', 'past'],
      ])
      await api.patch(`/units/${unit}`, { lease_end_date: '2025-05-31' })
      assert.equal(listOf(await api.get(`/units/${unit}/leases`))[0]?.end_date, '2025-05-31')
    })
  })
})

/** The account's day so many days from today. */
function day(days: number): string {
  return Temporal.Now.plainDateISO(timeZone).add({ days }).toString()
}

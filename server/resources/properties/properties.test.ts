import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { oneOfEach } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[56]:00$/

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('properties and units', () => {
    it('have their fields in the order that clients know', async () => {
      const { api } = server.acme
      const made = await api.made('/properties?include_custom_fields=true', {
        property: {
          address: '5 Elm St',
          address_2: 'Rear',
          city: 'Ashford',
          state: 'OR',
          address_zip_code: '97001',
          property_type: 'Single Home',
        },
        unit: undefined,
      })
      assert.deepEqual(Object.keys(made), [
        'created_at',
        'updated_at',
        'id',
        'property_type',
        'address',
        'city',
        'state',
        'zip_code',
        'full_address',
        'unit_count',
        'unit',
        'tags',
        'custom_fields',
        'link',
      ])
      const address = made.full_address as Fields
      assert.deepEqual(Object.keys(address), [
        'created_at',
        'updated_at',
        'id',
        'line_1',
        'line_2',
        'line_3',
        'line_4',
        'locality',
        'region',
        'postal_code',
        'country',
        'full_address',
      ])
      assert.deepEqual(
        [
          address.line_1,
          address.line_2,
          address.line_3,
          address.locality,
          address.region,
          address.postal_code,
          address.country,
          address.full_address,
        ],
        ['5 Elm St', 'Rear', null, 'Ashford', 'OR', '97001', 'US', '5 Elm St, Rear, Ashford, OR 97001'],
      )
      const unit = made.unit as Fields
      assert.deepEqual(Object.keys(unit), [
        'id',
        'unit_number',
        'num_bathrooms',
        'num_bedrooms',
        'occupancy',
        'square_feet',
        'estimated_rent',
        'delinquent_rent',
        'market_rent',
        'current_rent',
        'amount_receivable',
        'lease_start_date',
        'lease_end_date',
        'current_lease_move_in',
        'current_lease_move_out',
        'future_lease_move_in',
        'future_lease_move_out',
        'created_at',
        'updated_at',
        'custom_fields',
        'property',
      ])
      const { id: _, created_at: __, updated_at: ___, custom_fields: ____, property: _____, ...empty } = unit
      assert.deepEqual(empty, {
        unit_number: null,
        num_bathrooms: '0.0',
        num_bedrooms: '0.0',
        occupancy: 'Vacant',
        square_feet: 0,
        estimated_rent: null,
        delinquent_rent: null,
        market_rent: null,
        current_rent: null,
        amount_receivable: null,
        lease_start_date: null,
        lease_end_date: null,
        current_lease_move_in: null,
        current_lease_move_out: null,
        future_lease_move_in: null,
        future_lease_move_out: null,
      })
      assert.match(String(made.created_at), second)
      assert.match(String(unit.created_at), local)
      assert.equal(made.link, `${server.url}/properties/${made.id}`)
    })

    it('show decimals as strings, areas as numbers and dates as dates', async () => {
      const { api } = server.acme
      const { id } = await api.made('/properties', {
        address: '6 Elm St',
        num_bedrooms: 3,
        unit: { num_bathrooms: '2.5', unit_number: '#4' },
      })
      const put = dataOf(
        await api.put(`/properties/${id}`, {
          square_feet: '1180',
          market_rent: 1450,
          amount_receivable: '$99.9999',
          lease_start_date: '2026-03-01T00:00:00Z',
          lease_end_date: '2028-02-29',
        }),
      )
      const unit = put.unit as Fields
      assert.deepEqual(
        [
          unit.num_bedrooms,
          unit.num_bathrooms,
          unit.square_feet,
          unit.market_rent,
          unit.amount_receivable,
          unit.lease_start_date,
          unit.lease_end_date,
        ],
        ['3.0', '2.5', 1180, '1450.0', '99.9999', '2026-03-01', '2028-02-29'],
      )
      assert.equal((put.full_address as Fields).full_address, '6 Elm St #4')
      problemOf(await api.put(`/properties/${id}`, { market_rent: '1.23456' }), 400, 'invalid_field')
      problemOf(await api.put(`/properties/${id}`, { lease_end_date: '2026-02-29' }), 400, 'invalid_field')
    })

    it('take the unit back as it was read', async () => {
      const { api } = server.acme
      const made = await api.made('/properties', { address: '7 Elm St', unit: { market_rent: '10' } })
      const read = await api.get(`/properties/${made.id}?include_custom_fields=true`)
      const sent = await api.put(`/properties/${made.id}?include_custom_fields=true`, dataOf(read))
      assert.deepEqual(dataOf(sent), dataOf(read))
      assert.equal(sent.headers.get('etag'), read.headers.get('etag'))
    })

    it('keep the last unit, and count the units', async () => {
      const { api } = server.acme
      const { id, unit } = await api.made('/properties', { address: '8 Elm St' })
      const first = (unit as Fields).id
      problemOf(await api.delete(`/units/${first}`), 409, 'last_unit')
      problemOf(await api.delete(`/properties/${id}/units/${first}`), 409, 'last_unit')
      const second = await api.made(`/properties/${id}/units`, { unit: { unit_number: 'B' } })
      assert.equal(dataOf(await api.get(`/properties/${id}`)).unit_count, 2)
      assert.deepEqual(ids(listOf(await api.get(`/properties/${id}/units`))), [first, second.id])
      assert.equal((await api.delete(`/properties/${id}/units/${first}`)).status, 204)
      assert.equal((dataOf(await api.get(`/properties/${id}`)).unit as Fields).id, second.id)
    })

    it('delete and restore the units with the property, but not those deleted before', async () => {
      const { api } = server.acme
      const { id, unit } = await api.made('/properties', { address: '9 Elm St' })
      const first = (unit as Fields).id
      const [b, c] = [
        await api.made(`/properties/${id}/units`, { unit_number: 'B' }),
        await api.made(`/properties/${id}/units`, { unit_number: 'C' }),
      ]
      await api.delete(`/units/${b.id}`)
      await api.delete(`/properties/${id}`)
      problemOf(await api.get(`/units/${first}`), 404, 'not_found')
      problemOf(await api.get(`/properties/${id}/units`), 404, 'not_found')
      problemOf(await api.post(`/units/${first}/restore`), 409, 'parent_deleted')
      problemOf(await api.post('/units', { property_id: id }), 400, 'unknown_property')
      assert.equal(dataOf(await api.post(`/properties/${id}/restore`)).unit_count, 2)
      assert.deepEqual(ids(listOf(await api.get(`/properties/${id}/units`))), [first, c.id])
      assert.equal(dataOf(await api.post(`/units/${b.id}/restore`)).id, b.id)
    })

    it('do not move to another property', async () => {
      const { api } = server.acme
      const { properties, units } = await oneOfEach(server)
      const other = await api.made('/properties', { address: '10 Elm St' })
      problemOf(await api.patch(`/units/${units?.id}`, { property_id: other.id }), 400, 'invalid_field')
      assert.equal((await api.patch(`/units/${units?.id}`, { property_id: properties?.id })).status, 200)
      problemOf(await api.get(`/properties/${other.id}/units/${units?.id}`), 404, 'not_found')
    })
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, problemOf } from '../../../test/api/client.ts'
import { midnight, oneOfEach } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('custom fields', () => {
    it('list every field, filled or not, only when they are asked for', async () => {
      const { api } = server.other
      const types = ['text', 'choices', 'number', 'currency', 'percentage', 'date', 'date_time', 'url']
      for (const data_type of types)
        await api.made('/custom_fields', {
          label: `A ${data_type}`,
          category: 'contact',
          data_type,
          options: data_type === 'choices' ? ['None', 'Cats'] : [],
        })
      const { id } = await api.made('/contacts', { full_name: 'Rosa' })
      assert.ok(!('custom_fields' in dataOf(await api.get(`/contacts/${id}`))))
      const read = async () =>
        dataOf(await api.get(`/contacts/${id}?include_custom_fields=true`)).custom_fields as Fields[]
      const empty = await read()
      assert.deepEqual(Object.keys(empty[0] ?? {}), [
        'created_at',
        'updated_at',
        'label_id',
        'key',
        'value',
        'label',
        'data_type',
        'options',
        'category',
      ])
      assert.deepEqual(
        empty.map(({ key, value }) => [key, value]),
        [
          ['a_text', ''],
          ['a_choices', ''],
          ['a_number', null],
          ['a_currency', null],
          ['a_percentage', null],
          ['a_date', null],
          ['a_date_time', null],
          ['a_url', ''],
        ],
      )
      const values = {
        a_text: 'hi',
        a_choices: 'cats',
        a_number: '12.50',
        a_currency: 9,
        a_percentage: 7.25,
        a_date: '2026-03-08',
        a_date_time: '2026-03-08T12:00:00-05:00',
        a_url: 'https://example.com/x',
      }
      await api.put(`/contacts/${id}`, { custom_fields: values })
      assert.deepEqual(
        (await read()).map(({ value }) => value),
        ['hi', 'Cats', 12.5, 9, 7.25, midnight('2026-03-08'), 1_772_989_200, 'https://example.com/x'],
      )
      const sentBack = await api.put(`/contacts/${id}?include_custom_fields=true`, {
        custom_fields: await read(),
      })
      assert.deepEqual(dataOf(sentBack).custom_fields, await read())
      await api.put(`/contacts/${id}`, {
        custom_fields: Object.fromEntries(Object.keys(values).map((key) => [key, null])),
      })
      assert.deepEqual(
        (await read()).map(({ value }) => value),
        empty.map(({ value }) => value),
      )
    })

    it('show dates at the midnight of the account, also when clocks change', async () => {
      const { api } = server.acme
      const field = await api.made('/custom_fields', {
        label: 'Inspected',
        category: 'deal',
        data_type: 'date',
      })
      const { deals } = await oneOfEach(server)
      for (const day of [
        '2026-03-07',
        '2026-03-08',
        '2026-03-09',
        '2026-11-01',
        '2026-11-02',
        '1999-12-31',
      ]) {
        for (const sent of [day, midnight(day), `${day}T15:00:00Z`]) {
          const put = await api.put(`/deals/${deals?.id}?include_custom_fields=true`, {
            custom_fields: { inspected: sent },
          })
          const value = (dataOf(put).custom_fields as Fields[]).find(({ key }) => key === field.key)?.value
          assert.equal(value, midnight(day), `${day} ${sent}`)
        }
      }
      assert.equal(midnight('2026-03-09') - midnight('2026-03-08'), 23 * 3600)
    })

    it('keep the rules of their definitions', async () => {
      const { api } = server.acme
      const make = (fields: object) =>
        api.post('/custom_fields', { category: 'unit', data_type: 'text', ...fields })
      const first = dataOf(await make({ label: 'Roof Type (2)' }))
      assert.deepEqual(
        [first.key, first.label, first.label_id, first.category],
        ['roof_type_2', 'Roof Type (2)', first.id, 'unit'],
      )
      problemOf(await make({ label: 'roof type 2' }), 409, 'already_exists')
      problemOf(await make({ label: 'X', key: 'Not Snake' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', data_type: 'colour' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', category: 'house' }), 400, 'invalid_field')
      problemOf(await make({ label: 'X', data_type: 'choices' }), 400, 'missing_field')
      problemOf(await api.patch(`/custom_fields/${first.id}`, { category: 'deal' }), 400, 'invalid_field')
      const renamed = dataOf(await api.patch(`/custom_fields/${first.id}`, { label: 'Covering' }))
      assert.deepEqual([renamed.key, renamed.label], ['roof_type_2', 'Covering'])
      const { units } = await oneOfEach(server)
      const put = await api.put(`/units/${units?.id}`, { custom_fields: { roof_type_2: 'Slate', nope: 1 } })
      assert.equal(put.headers.get('x-ignored-params'), 'custom_fields[nope]')
      problemOf(await api.patch(`/custom_fields/${first.id}`, { data_type: 'number' }), 400, 'invalid_field')
      await api.delete(`/custom_fields/${first.id}`)
      const read = async () =>
        (
          dataOf(await api.get(`/units/${units?.id}?include_custom_fields=true`)).custom_fields as Fields[]
        ).filter(({ key }) => key === 'roof_type_2')
      assert.deepEqual(await read(), [])
      await api.post(`/custom_fields/${first.id}/restore`)
      assert.equal((await read())[0]?.value, 'Slate')
    })
  })
})

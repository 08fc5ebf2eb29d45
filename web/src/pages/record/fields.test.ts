import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customFieldsOf, nameOf, ownFieldsOf, titleFor } from './fields.ts'
import { humanise } from './humanise.ts'
import { resourceOf } from './resources.ts'

test('fields keep the order of the API, with id and times last', () => {
  const record = { created_at: 'c', updated_at: 'u', id: 'i', name: 'Ana', link: 'l', emails: [] }
  assert.deepEqual(
    ownFieldsOf(record).map(([key]) => key),
    ['name', 'emails', 'created_at', 'updated_at', 'id'],
  )
})

test('a record is called by its name, its address or its number', () => {
  assert.equal(nameOf({ name: 'Ana Cruz' }), 'Ana Cruz')
  assert.equal(
    nameOf({ address: '1 Elm St', full_address: { full_address: '1 Elm St, Austin' } }),
    '1 Elm St, Austin',
  )
  assert.equal(nameOf({ unit_number: '2B' }), 'Unit 2B')
  assert.equal(nameOf({ kind: 'x' }), null)
})

test('a record without a name is titled by what it is, and a long text is cut', () => {
  assert.equal(titleFor({}, 'Note'), 'Note')
  assert.equal(titleFor({ description: 'x'.repeat(200) }, 'Note').length, 80)
})

test('only custom fields that can be labelled are shown', () => {
  const pets = { label: 'Pets', value: 'none', data_type: 'text' }
  assert.deepEqual(customFieldsOf({ custom_fields: [pets, { value: 1 }, null] }), [pets])
  assert.deepEqual(customFieldsOf({}), [])
  assert.deepEqual(customFieldsOf({ custom_fields: { pet_policy: 'none' } }), [
    { label: 'Pet policy', value: 'none', data_type: 'text' },
  ])
})

test('keys become words', () => {
  assert.equal(humanise('last_emailed_at'), 'Last emailed')
  assert.equal(humanise('num_bedrooms'), 'Bedrooms')
  assert.equal(humanise('zip_code'), 'ZIP code')
})

test('fields that hold records lead to their page', () => {
  assert.equal(resourceOf('assignee'), 'users')
  assert.equal(resourceOf('contacts'), 'contacts')
  assert.equal(resourceOf('stage'), null)
  assert.equal(resourceOf('constructor'), null)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessWords, limitWords } from './access-words.ts'
import { actions, everyScope } from './scopes.ts'

const choices = {
  areas: ['Contacts', 'Leads', 'Tasks', 'Audit log'].map((title) => ({
    name: { Leads: 'deals', 'Audit log': 'audit' }[title] ?? title.toLowerCase(),
    title,
    description: '',
    actions: [...actions],
  })),
  pipelines: ['Owners', 'Tenants', 'Vendors'].map((name) => ({ id: name, name })),
  process_types: [{ id: 'Move-in', name: 'Move-in' }],
}
const anywhere = { pipeline_ids: null, process_type_ids: null }
const words = (scopes: string[], places: Partial<Record<keyof typeof anywhere, string[]>> = {}) =>
  accessWords({ ...anywhere, ...places, scopes }, choices).join(' ')

test('everything and reading alone are told in a few words', () => {
  assert.equal(words(everyScope), 'Reads, changes and deletes everything.')
  assert.equal(words(['*:read']), 'Reads everything.')
  assert.equal(words([]), 'Nothing.')
})

test('areas in which the key may do the same share a sentence', () => {
  assert.equal(
    words(['tasks:read', 'deals:read', 'contacts:read', 'contacts:write', 'audit:read']),
    'Reads and changes contacts. Reads leads, tasks and audit log.',
  )
})

test('beside everything, only what an area has more is told', () => {
  assert.equal(words(['*:read', 'tasks:read', 'tasks:write']), 'Reads everything. Changes tasks.')
})

test('few places are named, many are counted, and those that are gone are not named', () => {
  const only = (ids: string[]) => words(['deals:read'], { pipeline_ids: ids })
  assert.equal(only(['Tenants', 'Owners']), 'Reads leads. Pipelines: only “Owners” and “Tenants”.')
  assert.equal(only(['Owners', 'Tenants', 'Vendors']), 'Reads leads. Pipelines: 3 of 3.')
  assert.equal(only(['Owners', 'gone']), 'Reads leads. Pipelines: 2 of 3.')
  assert.equal(only([]), 'Reads leads. Pipelines: none.')
  assert.equal(
    words(['processes:read'], { process_type_ids: ['Move-in'] }),
    'Nothing. Process types: only “Move-in”.',
  )
})

test('limits are told only where there are some', () => {
  assert.deepEqual(limitWords({ allowed_addresses: [], requests_per_minute: null }), [])
  assert.deepEqual(limitWords({ allowed_addresses: ['192.0.2.7'], requests_per_minute: 1200 }), [
    'Only from 192.0.2.7.',
    'At most 1,200 requests a minute.',
  ])
  const many = ['192.0.2.7', '192.0.2.8', '2001:db8::/32']
  assert.deepEqual(limitWords({ allowed_addresses: many, requests_per_minute: 1 }), [
    'Only from 3 addresses.',
    'At most 1 request a minute.',
  ])
})

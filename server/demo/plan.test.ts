import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planFields } from './custom-fields.ts'
import { planCompany } from './plan.ts'
import type { SetUp } from './set-up.ts'
import { sizesFor } from './sizes.ts'

const setUp = new Proxy(
  {},
  {
    get:
      (_, name) =>
      (...words: unknown[]) =>
        [name, ...words].join(' '),
  },
) as SetUp

test('nothing that happens names what comes later', () => {
  const sizes = sizesFor(20_000)
  // Of this seed and day an inquiry came two hours before the house that it was about.
  const options = { seed: 1, today: '2026-11-29', team: ['u1', 'u2', 'u3'] }
  const entries = planCompany({ ...options, sizes, setUp, fields: planFields(sizes) })
  const planned = new Set(entries.filter(({ kind }) => kind === 'create').map(({ id }) => id))
  const made = new Set<string>()
  for (const { kind, resource, id, at, fields } of entries) {
    if (kind === 'create') made.add(id)
    const named = [id, ...(JSON.stringify(fields).match(/[0-9a-f-]{36}/g) ?? [])]
    const early = named.filter((one) => planned.has(one) && !made.has(one))
    assert.deepEqual(early, [], `${resource.name} of ${new Date(at).toISOString()}`)
  }
  assert.ok(made.size > 20_000)
})

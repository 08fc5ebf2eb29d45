import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, problemOf } from '../api.ts'
import { problemsOf } from '../shapes/schema.ts'
import { stay } from '../shapes/set-up.ts'
import type { Suite } from '../suite.ts'

/** Processes, their tasks and notes (`contract.md` §2 to §4). */
export function processes({ api, world }: Suite): void {
  describe('a process', () => {
    it('is named by the template of its type when it has no name', async () => {
      const { mark, one } = world()
      const type = await api.made('/process_types', {
        name: `${mark} named`,
        naming_template: 'Renewal of {{property.street}}',
      })
      const { name } = await api.made('/processes', {
        process: { process_type_id: type.id, property_ids: [one.properties?.id] },
      })
      assert.equal(name, `Renewal of ${one.properties?.address}`)
      const alone = await api.made('/processes', { process: { process_type_id: type.id } })
      assert.doesNotMatch(String(alone.name), /\{\{/)
    })

    it('closes and opens by its stage, keeps its lease facts, and has a history', async () => {
      const { one, mark } = world()
      const type = await api.made('/process_types', { name: `${mark} closing` })
      const stage = async (status: string) =>
        (await api.made(`/process_types/${type.id}/stages`, { name: `${mark} ${status}`, status })).id
      const [working, done] = [await stage('working'), await stage('completed')]
      const property = await api.made('/properties', {
        address: `5 Oak Way ${mark}`,
        unit: { current_rent: '1000', lease_end_date: '2026-06-30' },
      })
      const { id } = await api.made('/processes', {
        process: { process_type_id: type.id, stage_id: working, property_ids: [property.id] },
      })
      const closed = dataOf(await api.put(`/processes/${id}`, `process[stage_id]=${done}`))
      assert.notEqual(closed.closed_at, null)
      assert.ok(Number(closed.time_to_close) >= 0)
      await api.put(`/properties/${property.id}`, {
        unit: { current_rent: 1200, lease_end_date: '2027-06-30' },
      })
      const rentOf = ({ properties }: Fields) =>
        (properties as { unit: Fields }[]).map(({ unit }) => [unit.current_rent, unit.lease_end_date])
      assert.deepEqual(rentOf(await api.one(`/processes/${id}`)), [['1000.0', '2026-06-30']])
      const open = dataOf(await api.patch(`/processes/${id}`, { process: { stage_id: working } }))
      assert.deepEqual([open.closed_at, open.time_to_close], [null, null])
      assert.deepEqual(rentOf(open), [['1200.0', '2027-06-30']])

      const stays = await api.list(`/processes/${id}/history`)
      for (const one of stays) assert.deepEqual(problemsOf(stay, one), [])
      assert.deepEqual(
        stays.map((one) => (one.stage as Fields).id),
        [working, done, working],
      )
      assert.ok(one.processes)
    })

    it('takes custom fields and roles by key', async () => {
      const { one, user, keys } = world()
      const path = `/processes/${one.processes?.id}`
      const key = keys.process?.text ?? ''
      const answer = await api.put(path, `process[custom_fields][${key}]=two%20cats`)
      assert.equal(answer.headers.get('x-ignored-params'), null)
      const pets = async () =>
        ((await api.one(`${path}?include_custom_fields=true`)).custom_fields as Fields[]).find(
          (value) => value.key === key,
        )?.value
      assert.equal(await pets(), 'two cats')
      await api.patch(path, { process: { custom_fields: { [key]: 'no pets' } } })
      assert.equal(await pets(), 'no pets')
      const role = one.contact_roles?.key
      const emptied = dataOf(
        await api.put(path, { process: { contact_roles_attributes: [{ key: role, contact_ids: [] }] } }),
      )
      assert.deepEqual((emptied.contact_roles as { contacts: Fields[] }[])[0]?.contacts, [])
      const filled = [{ key: role, contact_ids: [one.contacts?.id] }]
      await api.put(path, { process: { contact_roles_attributes: filled, user_id: user.id } })
      problemOf(
        await api.put(path, { process: { contact_roles_attributes: [{ key: 'nobody', contact_ids: [] }] } }),
        400,
        'unknown_role',
      )
    })

    it('ignores limit on the processes of a type, as clients send it', async () => {
      const path = `/process_types/${world().one.process_types?.id}/processes?limit=1&per_page=200`
      const listed = await api.list(path)
      assert.ok(ids(listed).includes(world().one.processes?.id ?? ''))
    })
  })

  describe('a task', () => {
    it('is completed, skipped and opened again', async () => {
      const { id } = await api.made('/tasks', { name: `${world().mark} acts`, kind: 'call' })
      const act = async (verb: string) => {
        const { skipped, completed_at } = dataOf(await api.post(`/tasks/${id}/${verb}`))
        return [skipped, completed_at !== null]
      }
      assert.deepEqual(await act('complete'), [false, true])
      assert.deepEqual(await act('complete'), [false, true])
      assert.deepEqual(await act('skip'), [true, true])
      assert.deepEqual(await act('reopen'), [false, false])
    })

    it('stands under its process and its deal', async () => {
      const { one } = world()
      for (const path of [`/processes/${one.processes?.id}/tasks`, `/deals/${one.deals?.id}/tasks`])
        assert.ok(ids(await api.list(`${path}?per_page=200`)).includes(one.tasks?.id ?? ''), path)
    })
  })

  describe('a note', () => {
    it('is flat, may be back-dated and names its author, else the owner of the key', async () => {
      const { one, user, mark } = world()
      const form = `parent_id=${one.deals?.id}&parent_type=Deal&description=${encodeURIComponent(`${mark} by form`)}&kind=email&direction=outbound&created_at=2026-01-15T09:30:00Z`
      const note = dataOf(await api.post('/notes', form))
      assert.deepEqual(
        [note.kind, note.direction, note.created_at, (note.user as Fields).id],
        ['email', 'outbound', '2026-01-15T09:30:00Z', user.id],
      )
      const [read] = await api.list(`/deals/${one.deals?.id}/notes?id=${note.id}`)
      assert.deepEqual(read, note)
      await api.delete(`/notes/${note.id}`)
    })

    it('takes the kind of its parent in either form', async () => {
      const { one } = world()
      for (const [types, resource] of [
        [['Deal', 'deals', 'deal'], 'deals'],
        [['Contact', 'contacts'], 'contacts'],
        [['Process', 'processes'], 'processes'],
        [['Property', 'properties'], 'properties'],
        [['Task', 'tasks'], 'tasks'],
        [['Unit', 'units'], 'units'],
      ] as const) {
        for (const parent_type of types) {
          const fields = { parent_type, parent_id: one[resource]?.id, description: 'Either form.' }
          const note = await api.made('/notes', fields)
          assert.equal(note.parent_type, types[0])
          await api.delete(`/notes/${note.id}`)
        }
      }
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ids } from '../api.ts'
import type { Suite } from '../suite.ts'

/** `search` finds at once, and what it does not find elsewhere (`contract.md` §1). */
export function search({ api, world }: Suite): void {
  const found = async (resource: string, words: string) => {
    const pair = [world().one[resource]?.id, world().another[resource]?.id].filter(Boolean).join()
    return ids(await api.list(`/${resource}?id=${pair}&search=${encodeURIComponent(words)}`))
  }

  describe('search', () => {
    it('finds a contact by a whole e-mail, a name in any case and a phone however punctuated', async () => {
      const { mark, one } = world()
      const email = `rosa.${mark.replace(' ', '.')}@example.com`
      for (const words of [
        email,
        email.toUpperCase(),
        'ROSA field',
        'daughters',
        '(555) 010-4477',
        '555.010.4477',
        '5550104477',
        '+1 555 010 4477',
        '0104477',
      ])
        assert.deepEqual(await found('contacts', words), [one.contacts?.id], words)
    })

    it('finds a property by a piece of its address or the whole', async () => {
      const { one, mark } = world()
      const whole = one.properties?.full_address as { full_address: string } | undefined
      for (const words of ['18 alder', 'alder court', '97001', `ashford ${mark}`, whole?.full_address ?? ''])
        assert.deepEqual(await found('properties', words), [one.properties?.id], words)
    })

    it('finds deals and processes by their contact and their property', async () => {
      const { one, mark } = world()
      const email = `rosa.${mark.replace(' ', '.')}@example.com`
      for (const resource of ['deals', 'processes'])
        for (const words of [email, '555-010-4477', '18 alder court', String(one[resource]?.name)])
          assert.deepEqual(await found(resource, words), [one[resource]?.id], `${resource}: ${words}`)
    })

    it('finds what has a name by a piece of it, on every resource', async () => {
      for (const resource of [
        'pipelines',
        'stages',
        'sources',
        'property_groups',
        'process_types',
        'process_stages',
        'steps',
        'tasks',
        'notes',
        'tags',
      ]) {
        const record = world().one[resource]
        const words = String(record?.name ?? record?.description).slice(6)
        assert.deepEqual(await found(resource, words), [world().one[resource]?.id], resource)
      }
    })

    it('finds a record at once after it was made, and no more once it is changed or deleted', async () => {
      const { mark } = world()
      const words = `quince ${mark}`
      const path = `/contacts?search=${encodeURIComponent(words)}`
      const { id } = await api.made('/contacts', { full_name: words })
      assert.deepEqual(ids(await api.list(path)), [id])
      await api.patch(`/contacts/${id}`, { full_name: `medlar ${mark}` })
      assert.deepEqual(await api.list(path), [])
      assert.deepEqual(ids(await api.list(`/contacts?search=${encodeURIComponent(`medlar ${mark}`)}`)), [id])
      await api.delete(`/contacts/${id}`)
      assert.deepEqual(await api.list(`/contacts?search=${encodeURIComponent(`medlar ${mark}`)}`), [])
    })

    it('finds nothing for words that are not there', async () => {
      assert.deepEqual(await found('contacts', 'rosa zebra'), [])
    })
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Answer, dataOf, type Fields, ids, problemOf, describe as told } from '../api.ts'
import { bodyTypes, rackForm } from '../forms.ts'
import type { Suite } from '../suite.ts'

/** `POST /deals` takes in a lead: deal, contact and property in one call (`contract.md` §3). */
export function leads({ api, world }: Suite): void {
  const intake = (turn: string) => ({
    deal: {
      pipeline_id: world().one.pipelines?.id,
      source_id_or_name: `${world().mark} ${turn}`,
      create_source_if_new: true,
      comments: 'Wants a call\nin the morning.',
      tags: [`${world().mark} web`],
    },
    contact: {
      full_name: `Lena Birch ${turn} ${world().mark}`,
      email_addresses: [`lena.${slug(turn)}@example.com`],
      phone_numbers: [{ kind: 'mobile', phone: phone(turn) }],
    },
    property: {
      address: `${turn} ${world().mark} 3 Pine Road`,
      address_zip_code: '97001',
      square_feet: 900,
      num_bedrooms: '2',
      estimated_rent: '1100',
    },
  })
  /** One of its own for each, for a person is known by it. */
  const phones = new Map<string, string>()
  const phone = (turn: string) => {
    const known = phones.get(turn) ?? `(555) 010-${7000 + phones.size}`
    phones.set(turn, known)
    return known
  }
  const slug = (turn: string) => `${turn}.${world().mark}`.replace(/[^a-z0-9]+/gi, '.').toLowerCase()
  const place = (body: object, type: string): Promise<Answer> => {
    if (type.startsWith('JSON')) return api.post('/deals', body)
    const form = rackForm(body as Record<string, unknown>)
    if (type.startsWith('a form')) return api.post('/deals', form)
    const parts = new FormData()
    for (const pair of form.split('&')) {
      const [name = '', value = ''] = pair.split('=')
      parts.append(name, decodeURIComponent(value))
    }
    return api.post('/deals', parts)
  }

  describe('a lead', () => {
    for (const type of bodyTypes.filter((one) => one.endsWith('nested'))) {
      it(`as ${type} makes its deal, contact, property and source`, async () => {
        const turn = type.split(',')[0] ?? ''
        const answer = await place(intake(turn), type)
        assert.equal(answer.status, 201, told(answer))
        assert.equal(answer.headers.get('x-ignored-params'), null)
        const deal = dataOf(answer)
        const [contact] = deal.contacts as Fields[]
        const [property] = deal.properties as (Fields & { unit: Fields })[]
        assert.equal(contact?.name, `Lena Birch ${turn} ${world().mark}`)
        assert.deepEqual(contact?.phone_numbers, [{ kind: 'mobile', phone: phone(turn) }])
        assert.equal(property?.zip_code, '97001')
        assert.deepEqual(
          [property?.unit.square_feet, property?.unit.num_bedrooms, property?.unit.estimated_rent],
          [900, '2.0', '1100.0'],
        )
        assert.equal((deal.source as Fields).name, `${world().mark} ${turn}`)
        assert.equal(deal.comments, 'Wants a call\nin the morning.')
        assert.equal(deal.name, contact?.name)
        const listed = await api.list(`/pipelines/${world().one.pipelines?.id}/deals?id=${deal.id}`)
        assert.deepEqual(listed, [deal])
      })
    }

    it('needs its pipeline alone, and its contact may be without a name', async () => {
      const deal = { pipeline_id: world().one.pipelines?.id }
      const contact = { email_addresses: [`nobody.${slug('x')}@example.com`] }
      const made = await api.made('/deals', { deal, contact })
      assert.equal((made.contacts as Fields[])[0]?.name, 'Unknown Name')
      await api.delete(`/contacts/${(made.contacts as Fields[])[0]?.id}`)
      await api.made('/deals', { deal: { ...deal, name: `${world().mark} alone` } })
    })

    it('with accept_duplicates=false finds the open deal of the same person', async () => {
      const first = await api.made('/deals', intake('twice'))
      const lead = intake('twice')
      const again = { ...lead, deal: { ...lead.deal, accept_duplicates: false } }
      const found = await api.post('/deals', again)
      assert.equal(found.status, 200, told(found))
      assert.equal(dataOf(found).id, first.id)
      assert.deepEqual((found.body as { meta: unknown }).meta, { duplicate: true })
      const always = { ...lead, deal: { ...lead.deal, accept_duplicates: true } }
      const other = await api.made('/deals', always)
      assert.notEqual(other.id, first.id)
      assert.notEqual((other.contacts as Fields[])[0]?.id, (first.contacts as Fields[])[0]?.id)
      const open = ids(
        await api.list(`/deals?search=${encodeURIComponent(`lena.${slug('twice')}@example.com`)}`),
      )
      assert.deepEqual(open, [first.id, other.id])
    })

    it('that is wrong in one part writes nothing of the others', async () => {
      const lead = intake('undone')
      const bad = { ...lead, property: { ...lead.property, square_feet: 'large' } }
      const { errors } = problemOf(await api.post('/deals', bad), 400)
      assert.match(String(errors[0]?.param), /^property\[.*square_feet\]$/)
      for (const resource of ['contacts', 'properties', 'sources'])
        assert.deepEqual(
          await api.list(`/${resource}?search=${encodeURIComponent(`undone ${world().mark}`)}`),
          [],
        )
    })

    it('that is deleted leaves its contact and property', async () => {
      const deal = await api.made('/deals', intake('kept'))
      const [contact] = deal.contacts as Fields[]
      const [property] = deal.properties as Fields[]
      assert.equal((await api.delete(`/deals/${deal.id}`)).status, 204)
      assert.equal((await api.get(`/contacts/${contact?.id}`)).status, 200)
      assert.equal((await api.get(`/properties/${property?.id}`)).status, 200)
    })

    it('moves by a flat stage_id and pipeline_id, and its history tells when', async () => {
      const { one, another, mark } = world()
      const { id } = await api.made('/deals', {
        pipeline_id: one.pipelines?.id,
        stage_id: one.stages?.id,
        name: `${mark} moves`,
      })
      const moved = dataOf(
        await api.put(`/deals/${id}`, `pipeline_id=${another.pipelines?.id}&stage_id=${another.stages?.id}`),
      )
      assert.equal((moved.stage as Fields).id, another.stages?.id)
      const stays = await api.list(`/deals/${id}/history`)
      assert.deepEqual(
        stays.map(({ stage }) => (stage as unknown as Fields).id),
        [one.stages?.id, another.stages?.id],
      )
      assert.deepEqual(
        stays.map(({ left_at }) => left_at === null),
        [false, true],
      )
    })
  })
}

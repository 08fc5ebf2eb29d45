import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createCompany } from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

type Fields = Record<string, unknown>

describe('the link of a record', () => {
  let house: House
  let visitor: Visitor
  let page: Page

  before(async () => {
    house = await openHouse()
    visitor = await house.visitor('desktop')
    page = visitor.page
    await createCompany(page)
  })
  after(() => house.close())

  it('opens the record, whatever it is', async () => {
    const pipeline = await made('pipelines', { name: 'Owners' })
    const type = await made('process_types', { name: 'Move Ins' })
    const property = await made('properties', { address: '18 Alder Court' })
    const records: [Fields, string][] = [
      [pipeline, 'Owners'],
      [await made('contacts', { full_name: 'Rosa Field' }), 'Rosa Field'],
      [await made('deals', { pipeline_id: pipeline.id, name: 'Alder deal' }), 'Alder deal'],
      [property, '18 Alder Court'],
      [type, 'Move Ins'],
      [await made('processes', { process_type_id: type.id, name: 'Move in at Alder' }), 'Move in at Alder'],
    ]
    for (const [record, title] of records) {
      await page.goto(String(record.link))
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await assertCalm(visitor)
    }
  })

  it('tells what happened to the record, and who did it', async () => {
    const contact = await made('contacts', { full_name: 'Rosa Field' })
    await page.evaluate(async (id) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ last_name: 'Moss' })
      await fetch(`/rest/contacts/${id}`, { method: 'PATCH', headers, body })
    }, String(contact.id))
    await page.goto(String(contact.link))
    await page.getByText('Last name: Field → Moss').waitFor()
    await page.getByText(/^Created by /).waitFor()
    await assertCalm(visitor)
  })

  async function made(resource: string, fields: Fields): Promise<Fields> {
    return page.evaluate(
      async ([path, body]) => {
        const headers = { 'content-type': 'application/json' }
        const response = await fetch(`/rest/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
        const answer = await response.json()
        if (response.status !== 201) throw new Error(JSON.stringify(answer))
        return answer.data
      },
      [resource, fields] as const,
    )
  }
})

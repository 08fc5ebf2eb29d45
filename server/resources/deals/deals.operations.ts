import Type from 'typebox'
import { ApiError } from '../../errors/api-error.ts'
import { bodySchema } from '../../resource-layer/schema.ts'
import type { Input } from '../../resource-layer/write.ts'
import type { Call, Operation } from '../../rest/operation.ts'
import { inputOf, recordReply } from '../../rest/replies.ts'
import { dataSchema } from '../../rest/shapes.ts'
import { contacts } from '../contacts/contacts.schema.ts'
import { properties } from '../properties/properties.schema.ts'
import { takeIn } from './deals.intake.ts'
import { deals } from './deals.schema.ts'

/** `POST /deals`: the deal, its contact and its property in one call (`contract.md` §3). */
export const createDeal: Pick<Operation, 'description' | 'body' | 'responses' | 'handle'> = {
  description:
    'Creates a deal and, in the same transaction, finds or creates its `contact` (by e-mail or phone) and its `property` (by address). Only the pipeline is required.',
  body: {
    schema: bodySchema(deals, 'create'),
    wrapper: deals.singular,
    beside: { contact: bodySchema(contacts, 'create'), property: bodySchema(properties, 'create') },
  },
  responses: [
    { status: 201, description: 'The new deal.', schema: dataSchema(deals) },
    {
      status: 200,
      description: 'With `accept_duplicates` false: the open deal that the same person already has.',
      schema: Type.Object(
        {
          data: (dataSchema(deals) as unknown as { properties: { data: ReturnType<typeof dataSchema> } })
            .properties.data,
          meta: Type.Object({ duplicate: Type.Boolean() }, { additionalProperties: false }),
        },
        { additionalProperties: false },
      ),
    },
  ],
  handle(call) {
    const intake = intakeOf(call)
    return call.write(async (writer, read) => {
      const { row, duplicate } = await takeIn(writer, intake, call.writeSettings)
      const reply = await recordReply(deals, row, { read }, duplicate ? 200 : 201)
      if (duplicate) return { ...reply, body: { ...(reply.body as object), meta: { duplicate: true } } }
      return { ...reply, headers: { location: `${read.origin}/rest/deals/${row.id}` } }
    })
  },
}

function intakeOf(call: Call) {
  const { contact, property, ...deal } = call.body
  return {
    deal: inputOf(deals, deal),
    contact: partOf('contact', contact),
    property: partOf('property', property),
  }
}

function partOf(wrapper: string, value: unknown): Input | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ApiError('invalid_field', `${wrapper} must be an object of fields`, { param: wrapper })
  return { fields: value as Record<string, unknown>, wrapper }
}

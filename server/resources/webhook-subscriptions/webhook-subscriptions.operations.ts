import Type from 'typebox'
import { recordAct } from '../../audit/audit.ts'
import { ApiError } from '../../errors/api-error.ts'
import { parseSwitch } from '../../resource-layer/fields/boolean.ts'
import { timeSchema } from '../../resource-layer/fields/schemas.ts'
import { FieldProblem, type Subscribing } from '../../resource-layer/resource.ts'
import { objectSchema } from '../../resource-layer/schema.ts'
import { parseInteger, parseTime } from '../../resource-layer/values.ts'
import { notFound, requireRecord } from '../../resource-layer/write.ts'
import { accessTo, type Call, type Operation, type ResponseShape } from '../../rest/operation.ts'
import { inputOf, recordReply } from '../../rest/replies.ts'
import { idParameter, recordShape } from '../../rest/shapes.ts'
import type { AccountStore, AccountWriter, Row } from '../../storage/account-store.ts'
import { type NewDelivery, queueDeliveries } from '../webhook-deliveries/webhook-deliveries.queue.ts'
import { webhookDeliveries } from '../webhook-deliveries/webhook-deliveries.schema.ts'
import { deliveriesOf } from '../webhook-deliveries/webhook-deliveries.told.ts'
import { eventsToRedeliver } from './webhook-subscriptions.redelivery.ts'
import { target } from './webhook-subscriptions.rules.ts'
import { webhookSubscriptions } from './webhook-subscriptions.schema.ts'
import { currentSecret, rotateSecret } from './webhook-subscriptions.secrets.ts'
import { testEvent, testType } from './webhook-subscriptions.test-event.ts'

/** What the running delivery does for the API. */
export interface Delivering {
  /** Sends a test now, whatever the status of its subscription. Resolves when it was tried, or takes too long. */
  deliverTest(accountId: string, deliveryId: string): Promise<void>
}

const path = `/${webhookSubscriptions.name}/{id}`
const tag = webhookSubscriptions.title
const mostHours = 168
const hour = 60 * 60_000

/** `POST /webhook_subscriptions/{id}/rotate_secret`, `/test`, `/redeliver` and `…/deliveries/{id}/redeliver`. */
export function webhookActs(delivering: Delivering): Operation[] {
  return [rotate, testOperation(delivering), redeliver, redeliverOne]
}

/** The operation with the new secret in its answer when it has created a subscription. */
export function revealing(operation: Operation): Operation {
  return {
    ...operation,
    responses: operation.responses.map((response) => (response.status === 201 ? withSecret : response)),
    handle: (call) =>
      operation.handle({
        ...call,
        write: (work) =>
          call.write(async (writer, read) => {
            const reply = await work(writer, read)
            if (reply.status !== 201) return reply
            const { data } = reply.body as { data: { id: string } }
            const secret = await currentSecret(writer, sealingOf(call), data.id)
            return { ...reply, body: { data: { ...data, secret } }, holdsSecret: true }
          }),
      }),
  }
}

const withSecret: ResponseShape = {
  status: 201,
  description:
    'The webhook subscription, with the secret that its deliveries are signed with. No other answer has it.',
  schema: secretSchema(),
}

const rotate: Operation = {
  id: 'rotateWebhookSubscriptionSecret',
  method: 'POST',
  path: `${path}/rotate_secret`,
  tag,
  summary: 'Rotate the secret of a webhook subscription',
  description:
    'Makes a new secret, which stands in this answer alone. For `overlap_hours` (24 unless said otherwise, 0 to 168) deliveries carry the signatures of both secrets, so that the receiver can be changed in between.',
  parameters: [idParameter],
  body: {
    schema: Type.Object({
      overlap_hours: Type.Optional(Type.Integer({ minimum: 0, maximum: mostHours, default: 24 })),
    }),
    wrapper: webhookSubscriptions.singular,
    example: { overlap_hours: 24 },
  },
  responses: [{ ...withSecret, status: 200 }],
  ...accessTo(webhookSubscriptions, 'write'),
  handle(call) {
    const [given] = fieldsIn(call, ['overlap_hours'])
    const hours = given === undefined ? 24 : parsed('overlap_hours', () => hoursIn(given))
    return call.write(async (writer, read) => {
      const row = await requireRecord(writer, webhookSubscriptions, call.path.id ?? '', 'update')
      call.requireMatch(row)
      const subscriptionId = String(row.id)
      const secret = await rotateSecret(writer, sealingOf(call), { subscriptionId, overlap: hours * hour })
      await recordAct(writer, {
        action: 'webhook_subscription.secret_rotated',
        subject: subscriptionId,
        details: { ...target(row), overlap_hours: hours },
      })
      const reply = await recordReply(webhookSubscriptions, row, { read })
      const { data } = reply.body as { data: Row }
      return { ...reply, body: { data: { ...data, secret } }, holdsSecret: true }
    })
  },
}

function testOperation(delivering: Delivering): Operation {
  return {
    id: 'testWebhookSubscription',
    method: 'POST',
    path: `${path}/test`,
    tag,
    summary: 'Send a test event',
    description:
      'Delivers an event of the type `webhook.test` now, once, whatever the status of the subscription, and answers with the delivery and its attempt. Where the receiver takes too long, the delivery is still `pending` in the answer.',
    parameters: [idParameter],
    responses: [recordShape(webhookDeliveries)],
    ...accessTo(webhookSubscriptions, 'write'),
    async handle(call) {
      if (call.isPart)
        throw new ApiError('invalid_field', 'A test cannot be part of an atomic batch', { param: 'path' })
      const reply = await call.write(async (writer, read) => {
        const row = await requireRecord(writer, webhookSubscriptions, call.path.id ?? '', 'update')
        const { id, payload } = await testEvent({ resource: webhookSubscriptions, row }, { writer, read })
        const [delivery] = await queueDeliveries(writer, [
          {
            subscriptionId: String(row.id),
            eventId: id,
            type: testType,
            recordId: null,
            position: 0,
            isTest: true,
            payload,
          },
        ])
        if (!delivery) throw new Error('A test was not queued')
        return recordReply(webhookDeliveries, delivery, { read: { ...read, flags: withAttempts } })
      })
      const { data } = reply.body as { data: { id: string } }
      await delivering.deliverTest(call.caller.accountId, data.id)
      const delivery = await call.read.store.find(webhookDeliveries.name, data.id)
      if (!delivery) return reply
      return recordReply(webhookDeliveries, delivery, { read: { ...call.read, flags: withAttempts } })
    },
  }
}

const withAttempts = new Set(['include_attempts'])

const redeliver: Operation = {
  id: 'redeliverWebhookSubscription',
  method: 'POST',
  path: `${path}/redeliver`,
  tag,
  summary: 'Deliver the events of a time again',
  description:
    'Every event from `from` to `to` that the subscription is for is delivered again, with the same `webhook-id`; with `only_failed`, only those of which no delivery has arrived or is under way, such as what happened while it was disabled. 10,000 events at once. A paused subscription gets them once it is active.',
  parameters: [idParameter],
  body: {
    schema: Type.Object({
      from: timeSchema,
      to: timeSchema,
      only_failed: Type.Optional(Type.Boolean({ default: false })),
    }),
    wrapper: webhookSubscriptions.singular,
    example: { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', only_failed: true },
  },
  responses: [
    {
      status: 200,
      description: 'How many deliveries it made.',
      schema: Type.Object(
        { data: Type.Object({ deliveries_count: Type.Integer() }, { additionalProperties: false }) },
        { additionalProperties: false },
      ),
    },
  ],
  ...accessTo(webhookSubscriptions, 'write'),
  handle(call) {
    const [from, to, onlyFailed] = fieldsIn(call, ['from', 'to', 'only_failed'])
    for (const [name, value] of [
      ['from', from],
      ['to', to],
    ] as const) {
      if (value === undefined || value === null || value === '')
        throw new ApiError('missing_field', `${name} is missing`, { param: name })
    }
    const time = {
      from: parsed('from', () => parseTime(from)),
      // Times are shown in whole seconds, so a shown time means the whole second.
      to: parsed('to', () => parseTime(to)) + 999,
      onlyFailed: parsed('only_failed', () => parseSwitch(onlyFailed)) ?? false,
    }
    return call.write(async (writer) => {
      const row = await requireOpen(
        call,
        await requireRecord(writer, webhookSubscriptions, call.path.id ?? '', 'update'),
      )
      const seen = await seenByMaker(call, writer, row)
      const found = await deliveriesOf(row, await eventsToRedeliver(seen, row, time), seen)
      await queueDeliveries(
        writer,
        found.map((delivery) => ({ ...delivery, isRedelivery: true })),
      )
      call.writeSettings.subscribing?.queued()
      return { status: 200, body: { data: { deliveries_count: found.length } }, records: 1 }
    })
  },
}

const redeliverOne: Operation = {
  id: 'redeliverWebhookDelivery',
  method: 'POST',
  path: `${path}/deliveries/{${webhookDeliveries.singular}_id}/redeliver`,
  tag,
  summary: 'Deliver one event again',
  description:
    'Makes a new delivery of the same event, with the same `webhook-id`. It is sent at once, or once a paused subscription is active.',
  parameters: [
    idParameter,
    {
      ...idParameter,
      name: `${webhookDeliveries.singular}_id`,
      description: 'The id of the webhook delivery.',
    },
  ],
  responses: [{ ...recordShape(webhookDeliveries), status: 201 }],
  ...accessTo(webhookSubscriptions, 'write'),
  handle: (call) =>
    call.write(async (writer, read) => {
      const row = await requireOpen(
        call,
        await requireRecord(writer, webhookSubscriptions, call.path.id ?? '', 'update'),
      )
      const id = call.path[`${webhookDeliveries.singular}_id`] ?? ''
      const given = await writer.find(webhookDeliveries.name, id)
      if (!given || given.subscription_id !== row.id) throw notFound(webhookDeliveries, id)
      const seen = await seenByMaker(call, writer, row)
      const [again] = given.is_test === 1 ? [testAgain(row, given)] : await deliveriesAgain(row, given, seen)
      if (!again) throw notFound(webhookDeliveries, id)
      const [delivery] = await queueDeliveries(writer, [{ ...again, isRedelivery: true }])
      if (!delivery) throw new Error('A delivery was not queued')
      call.writeSettings.subscribing?.queued()
      return recordReply(webhookDeliveries, delivery, { read }, 201)
    }),
}

function deliveriesAgain(subscription: Row, delivery: Row, seen: AccountStore): Promise<NewDelivery[]> {
  const { event_id: id, type, record_id, position } = delivery
  return deliveriesOf(subscription, [{ id, type, record_id, position } as Row], seen)
}

function testAgain(subscription: Row, delivery: Row): NewDelivery {
  return {
    subscriptionId: String(subscription.id),
    eventId: String(delivery.event_id),
    type: String(delivery.type),
    recordId: null,
    position: Number(delivery.position),
    isTest: true,
    payload: String(delivery.payload),
  }
}

/** @throws ApiError subscription_not_active, precondition_failed */
async function requireOpen(call: Call, row: Row): Promise<Row> {
  call.requireMatch(row)
  if (row.status !== 'disabled') return row
  throw new ApiError(
    'subscription_not_active',
    'The subscription is disabled; write active into its status, then deliver again what it missed',
  )
}

/** @throws ApiError subscription_not_active while its key opens nothing */
async function seenByMaker(call: Call, writer: AccountWriter, row: Row): Promise<AccountStore> {
  const seen = await sealingOf(call).seenByMaker(writer, row)
  if (typeof seen !== 'string') return seen
  throw new ApiError(
    'subscription_not_active',
    seen === 'revoked'
      ? 'The key that made the subscription was revoked; make another subscription'
      : 'The key that made the subscription is switched off or has expired; an admin can change that',
  )
}

function sealingOf({ writeSettings }: Call): Subscribing {
  if (writeSettings.subscribing) return writeSettings.subscribing
  throw new Error('Secrets of webhooks can be handled only where they can be sealed')
}

/** The values of these fields of the body; all others are ignored, and said to be. */
function fieldsIn(call: Call, names: readonly string[]): unknown[] {
  const { fields, wrapper } = inputOf(webhookSubscriptions, call.body)
  for (const name of Object.keys(fields))
    if (!names.includes(name)) call.ignored.add(wrapper ? `${wrapper}[${name}]` : name)
  return names.map((name) => fields[name])
}

function hoursIn(given: unknown): number {
  const hours = parseInteger(given)
  if (hours < 0 || hours > mostHours) throw new FieldProblem(`must be from 0 to ${mostHours}`)
  return hours
}

function parsed<T>(param: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    throw new ApiError(error.code, `${param} ${error.message}`, { param })
  }
}

function secretSchema() {
  const { properties } = objectSchema(webhookSubscriptions) as Type.TObject
  const secret = Type.String({
    description: 'What the receiver checks signatures with. Keep it like a password.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='],
  })
  return Type.Object(
    { data: Type.Object({ ...properties, secret }, { additionalProperties: false }) },
    { additionalProperties: false },
  )
}

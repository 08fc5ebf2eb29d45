import type { FastifyPluginAsync } from 'fastify'
import { refuseKeys, requireRecentAdmin, requireSameSite, type SessionSource } from '../accounts/guards.ts'
import { originOf } from '../accounts/origin.ts'
import { recordAct } from '../audit/audit.ts'
import type { Config } from '../config.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Subscribing } from '../resource-layer/resource.ts'
import { requireRecord } from '../resource-layer/write.ts'
import { target } from '../resources/webhook-subscriptions/webhook-subscriptions.rules.ts'
import { webhookSubscriptions } from '../resources/webhook-subscriptions/webhook-subscriptions.schema.ts'
import { currentSecret } from '../resources/webhook-subscriptions/webhook-subscriptions.secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { parseId } from '../storage/ids.ts'
import { writeAccount } from '../storage/write.ts'

export interface SecretRouteOptions {
  engine: Engine
  config: Pick<Config, 'publicUrl'>
  accounts: SessionSource
  sealing: Pick<Subscribing, 'seal' | 'open' | 'sealingKeyId'>
}

/** `POST /api/webhooks/{id}/secret`: shows a secret again, to an admin who has signed in lately. */
export function secretRoutes({ engine, config, accounts, sealing }: SecretRouteOptions): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('Cache-Control', 'no-store')
      refuseKeys(request)
      requireSameSite(request, config.publicUrl)
    })

    app.post<{ Params: { id: string } }>('/api/webhooks/:id/secret', async (request) => {
      const by = await requireRecentAdmin(accounts, request)
      const id = parseId(request.params.id)
      if (id === null)
        throw new ApiError('invalid_id', 'id is not a valid id: it must be a UUID', { param: 'id' })
      const origin = originOf(request)
      const context = { actor: { kind: 'user', id: by.userId } as const, requestId: origin.requestId, origin }
      const secret = await writeAccount(engine, by.accountId, context, async (writer) => {
        const row = await requireRecord(writer, webhookSubscriptions, id, 'update')
        const found = await currentSecret(writer, sealing, id)
        await recordAct(writer, {
          action: 'webhook_subscription.secret_shown',
          subject: id,
          details: target(row),
        })
        return found
      })
      return { secret }
    })
  }
}

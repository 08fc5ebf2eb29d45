import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import {
  refuseKeys,
  requireRecentAdmin,
  requireSameSite,
  requireSession,
  type SessionSource,
} from '../accounts/guards.ts'
import { originOf } from '../accounts/origin.ts'
import { revealKey } from '../api-keys/key.store.ts'
import type { Config } from '../config.ts'
import { ApiError } from '../errors/api-error.ts'
import { liveAccountOf, sandboxOf } from '../storage/sandboxes.ts'
import { presentSandbox } from './sandbox.presenter.ts'
import {
  createSandbox,
  type Filling,
  fillings,
  noSandbox,
  resetSandbox,
  type SandboxAct,
  type SandboxParts,
} from './sandbox.ts'

export interface SandboxRouteOptions extends SandboxParts {
  config: Pick<Config, 'publicUrl'>
  accounts: SessionSource
}

/**
 * The routes under `/api/sandbox`, by which an account's admins make, reset and reach its sandbox: signed in,
 * and never with an API key. They say and do the same in the sandbox as in the live account.
 */
export function sandboxRoutes(options: SandboxRouteOptions): FastifyPluginAsync {
  const { engine, config, accounts } = options

  async function actOf(request: FastifyRequest): Promise<SandboxAct> {
    return { by: await requireRecentAdmin(accounts, request), origin: originOf(request) }
  }

  async function existing(accountId: string) {
    const liveId = (await liveAccountOf(engine.reader, accountId))?.id ?? accountId
    return sandboxOf(engine.reader, liveId)
  }

  async function shown(request: FastifyRequest) {
    const session = await requireSession(accounts, request)
    const sandbox = await existing(session.accountId)
    const mayManage = session.role === 'admin'
    const baseUrl = `${config.publicUrl ?? `${request.protocol}://${request.host}`}/rest`
    return {
      may_manage: mayManage,
      sandbox: sandbox && (await presentSandbox(engine, sandbox, { mayManage, baseUrl })),
    }
  }

  return async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('Cache-Control', 'no-store')
      refuseKeys(request)
      requireSameSite(request, config.publicUrl)
    })

    app.get('/api/sandbox', shown)

    app.post('/api/sandbox', async (request, reply) => {
      const act = await actOf(request)
      await createSandbox(options, act, fillingIn(request.body))
      reply.code(201)
      return shown(request)
    })

    app.post('/api/sandbox/reset', async (request) => {
      const act = await actOf(request)
      await resetSandbox(options, act, fillingIn(request.body))
      return shown(request)
    })

    app.post('/api/sandbox/reveal', async (request) => {
      const { by, origin } = await actOf(request)
      const sandbox = await existing(by.accountId)
      if (!sandbox) throw noSandbox()
      const inSandbox = { by: { ...by, accountId: sandbox.account_id }, origin }
      return { secret: await revealKey({ ...options, announce: async () => {} }, inSandbox) }
    })
  }
}

/** @throws ApiError invalid_field */
function fillingIn(body: unknown): Filling {
  const fill = typeof body === 'object' && body !== null && 'fill' in body ? body.fill : undefined
  const known = fillings.find((filling) => filling === fill)
  if (known) return known
  throw new ApiError('invalid_field', `fill must be one of ${fillings.join(', ')}`, { param: 'fill' })
}

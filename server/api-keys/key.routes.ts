import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import {
  refuseKeys,
  requireRecentAdmin,
  requireSameSite,
  requireSession,
  type SessionSource,
} from '../accounts/guards.ts'
import { originOf } from '../accounts/origin.ts'
import type { Config } from '../config.ts'
import type { Mail } from '../mail/mail.ts'
import type { Secrets } from '../secrets.ts'
import { type AccountStore, accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { parseSettingsChange } from './access-settings.body.ts'
import { changeAccessSettings, readAccessSettings } from './access-settings.store.ts'
import { adminsOf } from './admins.ts'
import type { KeyAct, KeyContext } from './key.acts.ts'
import { parseOverlap } from './key.body.ts'
import { readChoices } from './key.choices.ts'
import { mailAdmins } from './key.mails.ts'
import { type Places, presentAccess, presentAccessToMember, presentKey } from './key.presenter.ts'
import { readKeys } from './key.reading.ts'
import { enableAccess, revealKey, revokeKey, rotateKey } from './key.store.ts'
import type { ApiKey } from './key.ts'
import { readDays } from './key-days.ts'
import { namedKeyRoutes } from './named-keys.routes.ts'

export interface RestAccessOptions {
  engine: Engine
  secrets: Secrets
  config: Pick<Config, 'publicUrl' | 'support'>
  mail: Pick<Mail, 'enqueue' | 'deliverSoon'>
  accounts: SessionSource
}

/**
 * The routes under `/api/rest-access`, by which an account's admins manage its keys: signed in, from a page of
 * this server, and never with an API key. No answer of them may be kept by a cache.
 */
export function restAccessRoutes(options: RestAccessOptions): FastifyPluginAsync {
  const { engine, secrets, config, mail, accounts } = options
  const keys: KeyContext = {
    engine,
    secrets,
    announce: (tx, writer, event) => mailAdmins(mail, tx, writer, event, config.publicUrl),
  }

  async function actOf(request: FastifyRequest): Promise<KeyAct> {
    return { by: await requireRecentAdmin(accounts, request), origin: originOf(request) }
  }

  /** `changed` is the main key as the request itself left it, which another one may have changed since. */
  async function accessOf(request: FastifyRequest, accountId: string, changed?: { key: ApiKey | null }) {
    const store = accountStore(engine.reader, accountId)
    const all = await readKeys(store)
    const main = changed ? changed.key : (all.find((key) => key.isMain) ?? null)
    const named = all.filter((key) => !key.isMain)
    const settings = await readAccessSettings(store)
    const days = await daysOf(store, main ? [main, ...named] : named, settings.timeZone)
    const choices = await readChoices(store)
    const admins = await adminsOf(store)
    return presentAccess({ main, named, days, choices, settings, admins }, places(request))
  }

  async function keyOf({ by }: KeyAct, key: ApiKey) {
    const store = accountStore(engine.reader, by.accountId)
    const { timeZone } = await readAccessSettings(store)
    return presentKey(key, (await daysOf(store, [key], timeZone)).get(key.id) ?? [])
  }

  function places(request: FastifyRequest): Places {
    const origin = config.publicUrl ?? `${request.protocol}://${request.host}`
    return { baseUrl: `${origin}/rest`, support: config.support, visitorAddress: originOf(request).address }
  }

  return async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('Cache-Control', 'no-store')
      refuseKeys(request)
      requireSameSite(request, config.publicUrl)
    })

    app.get('/api/rest-access', async (request) => {
      const session = await requireSession(accounts, request)
      if (session.role === 'admin') return accessOf(request, session.accountId)
      const store = accountStore(engine.reader, session.accountId)
      return presentAccessToMember(
        { keys: await readKeys(store), admins: await adminsOf(store) },
        places(request),
      )
    })

    app.post('/api/rest-access/enable', async (request, reply) => {
      const act = await actOf(request)
      const { secret, key } = await enableAccess(keys, act)
      mail.deliverSoon()
      reply.code(201)
      return { ...(await accessOf(request, act.by.accountId, { key })), secret }
    })

    app.post('/api/rest-access/reveal', async (request) => ({
      secret: await revealKey(keys, await actOf(request)),
    }))

    app.post('/api/rest-access/rotate', async (request) => {
      const act = await actOf(request)
      const { secret, key } = await rotateKey(keys, act, { previousWorksForMs: parseOverlap(request.body) })
      mail.deliverSoon()
      return { ...(await accessOf(request, act.by.accountId, { key })), secret }
    })

    app.post('/api/rest-access/revoke', async (request) => {
      const act = await actOf(request)
      await revokeKey(keys, act)
      mail.deliverSoon()
      return accessOf(request, act.by.accountId, { key: null })
    })

    app.patch('/api/rest-access/settings', async (request) => {
      const act = await actOf(request)
      await changeAccessSettings(engine, act, parseSettingsChange(request.body))
      return accessOf(request, act.by.accountId)
    })

    namedKeyRoutes(app, { keys, mail, actOf, shown: keyOf })
  }
}

function daysOf(store: AccountStore, keys: readonly ApiKey[], timeZone: string) {
  return readDays(
    store,
    keys.map(({ id }) => id),
    { timeZone, at: Date.now() },
  )
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Mail } from '../mail/mail.ts'
import type { KeyAct, KeyContext } from './key.acts.ts'
import { parseKeyChange, parseNewKey, parseOverlap } from './key.body.ts'
import { revealKey, revokeKey, rotateKey } from './key.store.ts'
import type { ApiKey } from './key.ts'
import { changeKey, createKey, disableKey, resumeKey } from './named-keys.store.ts'

export interface NamedKeyOptions {
  keys: KeyContext
  mail: Pick<Mail, 'deliverSoon'>
  /** @throws ApiError for whoever may not manage keys */
  actOf(request: FastifyRequest): Promise<KeyAct>
  /** A key as the page gets it. */
  shown(act: KeyAct, key: ApiKey): Promise<object>
}

/** The routes of single keys, by id; the main key has its own as well. */
export function namedKeyRoutes(app: FastifyInstance, { keys, mail, actOf, shown }: NamedKeyOptions): void {
  app.post('/api/rest-access/keys', async (request, reply) => {
    const act = await actOf(request)
    const { secret, key } = await createKey(keys, act, parseNewKey(request.body, Date.now()))
    mail.deliverSoon()
    reply.code(201)
    return { key: await shown(act, key), secret }
  })

  app.patch('/api/rest-access/keys/:id', async (request) => {
    const act = await actOf(request)
    const key = await changeKey(keys, act, idIn(request), parseKeyChange(request.body, Date.now()))
    return { key: await shown(act, key) }
  })

  app.post('/api/rest-access/keys/:id/reveal', async (request) => ({
    secret: await revealKey(keys, await actOf(request), idIn(request)),
  }))

  app.post('/api/rest-access/keys/:id/rotate', async (request) => {
    const act = await actOf(request)
    const previousWorksForMs = parseOverlap(request.body)
    const { secret, key } = await rotateKey(keys, act, { which: idIn(request), previousWorksForMs })
    mail.deliverSoon()
    return { key: await shown(act, key), secret }
  })

  app.post('/api/rest-access/keys/:id/revoke', async (request) => {
    await revokeKey(keys, await actOf(request), idIn(request))
    mail.deliverSoon()
    return {}
  })

  for (const [path, change] of [
    ['disable', disableKey],
    ['enable', resumeKey],
  ] as const) {
    app.post(`/api/rest-access/keys/:id/${path}`, async (request) => {
      const act = await actOf(request)
      const key = await change(keys, act, idIn(request))
      mail.deliverSoon()
      return { key: await shown(act, key) }
    })
  }
}

function idIn(request: FastifyRequest): { id: string } {
  return { id: (request.params as { id: string }).id }
}

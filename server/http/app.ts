import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { createSights } from '../access/sight.ts'
import { accountReader } from '../accounts/account-info.ts'
import { createAccounts } from '../accounts/accounts.ts'
import type { PasswordCost } from '../accounts/passwords.ts'
import { createExpiryReminders, createKeyUse, createWrongKeys, restAccessRoutes } from '../api-keys/index.ts'
import type { Config } from '../config.ts'
import { createPublisher } from '../events/publisher.ts'
import { createFiles } from '../files/files.ts'
import { linkRoutes } from '../files/link.routes.ts'
import { createExposure, keysInAddress } from '../leaks/exposure.ts'
import { reportRoutes } from '../leaks/reports.routes.ts'
import { createScanningKeys } from '../leaks/scanning-keys.ts'
import { createMail } from '../mail/mail.ts'
import { createMessaging } from '../messaging/messaging.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { metricsRoute } from '../metrics/scrape.ts'
import { referenceRoutes } from '../reference/routes.ts'
import { emulatedSurface } from '../resources/emulated-surface.ts'
import { operations, resources } from '../resources/operations.ts'
import { work } from '../resources/users/hand-over.ts'
import { createEmulation } from '../rest/emulation.ts'
import { restFrame, withoutVersion } from '../rest/frame.ts'
import { createIdempotency } from '../rest/idempotency.ts'
import { sandboxRoutes } from '../sandbox/sandbox.routes.ts'
import type { Secrets } from '../secrets.ts'
import { headersOfAll } from '../security-headers.ts'
import { statusRoutes } from '../status/routes.ts'
import { createStatus } from '../status/status.ts'
import type { Engine } from '../storage/engine.ts'
import { secretRoutes } from '../webhooks/secret.routes.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { connectionsCheckMs, limitConnections } from './connections.ts'
import { answerBroken, answerEarly, answerErrors } from './error-handler.ts'
import { createReadiness, healthRoutes } from './health.ts'
import { allJobs } from './jobs.ts'
import { loggerOptions } from './log.ts'
import { shedLoad } from './overload.ts'
import { requestId } from './request-id.ts'
import { watchRequests } from './requests.ts'
import { cutSlowBodies } from './slow-bodies.ts'
import { serveWebApp } from './web-app.ts'

/** What the server is made of. Whoever creates it closes `engine` after `app.close()`. */
export interface AppParts {
  config: Config & { publicUrl: string }
  engine: Engine
  secrets: Secrets
  /** Where log lines go; standard output unless said otherwise. */
  logTo?: NodeJS.WritableStream
  /** What hashing a password costs; as much as is advised unless said otherwise. */
  passwordCost?: PasswordCost
}

export type App = Awaited<ReturnType<typeof createApp>>

const longestUrl = 8_192

/** Puts the server together: one line a part. */
export async function createApp({ config, engine, secrets, logTo, passwordCost }: AppParts) {
  const headers = headersOfAll(config.publicUrl)
  const app: FastifyInstance = Fastify({
    logger: loggerOptions(config.logLevel, logTo),
    genReqId: requestId,
    // Requests are logged once, when they end, by the error handler's hook.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    // How long a body may take depends on what it is; see slow-bodies.ts.
    requestTimeout: 0,
    // What still arrives on an open connection while it closes is answered; the database is closed after that.
    return503OnClosing: false,
    trustProxy: config.publicUrl.startsWith('https:') ? 'loopback, linklocal, uniquelocal' : false,
    rewriteUrl: ({ url = '' }) => withoutVersion(url),
    routerOptions: { maxParamLength: 1_000, querystringParser: () => ({}) },
    http: { maxHeaderSize: longestUrl * 2, connectionsCheckingInterval: connectionsCheckMs },
    frameworkErrors: answerEarly(headers),
    clientErrorHandler: answerBroken(headers),
  })
  const mail = createMail({ engine, config, secrets, log: app.log })
  const accounts = createAccounts({ engine, config, secrets, mail, log: app.log, work, passwordCost })
  const keyUse = createKeyUse(engine, app.log)
  const expiryReminders = createExpiryReminders({ engine, mail, config, log: app.log })
  const idempotency = createIdempotency(engine, { log: app.log, sealing: secrets })
  const files = createFiles({ engine, config, secrets, log: app.log })
  const status = createStatus({ engine, log: app.log })
  const publicUrl = () => config.publicUrl
  const messaging = createMessaging({ engine, config, publicUrl, log: app.log })
  const { sending } = messaging
  const webhooks = createWebhooks({ engine, config, publicUrl, secrets, resources, mail, log: app.log })
  const publisher = createPublisher({
    engine,
    resources,
    publicUrl,
    sign: files.sign,
    fanOut: webhooks.fanOut,
    log: app.log,
  })
  publisher.onPublished(webhooks.wake)

  const routes: { method: string; url: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })
  const readiness = createReadiness(engine)
  const metrics = createMetrics({ engine, config })
  shedLoad(app, { atOnce: config.requestsAtOnce, headers, shed: metrics.shed })
  const underWay = watchRequests(app, metrics.ended)
  metrics.watchUnderWay(() => underWay.count)
  answerErrors(app, headers)
  limitConnections(app)
  cutSlowBodies(app, answerBroken(headers))
  healthRoutes(app, readiness)
  metricsRoute(app, metrics, config)
  await app.register(statusRoutes(status))
  await app.register(accounts.routes, { prefix: '/api' })
  await app.register(restAccessRoutes({ engine, config, secrets, mail, accounts }))
  await app.register(sandboxRoutes({ engine, config, secrets, accounts, files, resources, log: app.log }))
  await app.register(secretRoutes({ engine, config, accounts, sealing: secrets }))
  const exposure = createExposure({ engine, mail, publicUrl: config.publicUrl })
  if (config.secretScanningKeysUrl !== null) {
    const keys = createScanningKeys({
      url: config.secretScanningKeysUrl,
      allowsPrivate: config.webhooksAllowPrivate,
      userAgent: 'Latchkey',
    })
    await app.register(reportRoutes({ keys, exposure }))
  }
  const all = operations(accountReader(engine), publisher, webhooks)
  const emulation = createEmulation(engine, emulatedSurface, all)
  const noteKeyInAddress = async (request: { url: string; ip: string; id: string }) => {
    const place = { words: 'in the address of a request', address: request.ip, requestId: request.id }
    try {
      const found = await Promise.all(keysInAddress(request.url).map((key) => exposure.found(key, place)))
      return found.includes(false) ? 'wrong key' : 'key'
    } catch (error) {
      app.log.error({ err: error }, 'A key in an address could not be noted')
      return 'key'
    }
  }
  const wrongKeys = createWrongKeys(app.log)
  const rest = restFrame({
    engine,
    accounts,
    publicUrl,
    keyUse,
    idempotency,
    files,
    operations: all,
    sending,
    subscribing: webhooks.subscribing,
    emulation,
    sightOf: createSights(resources),
    wrongKeys,
    noteKeyInAddress,
  })
  await app.register(rest, { prefix: '/rest' })
  await app.register(linkRoutes({ engine, files }))
  await app.register(messaging.routes)
  await app.register(referenceRoutes({ operations: all, publicUrl }))
  await serveWebApp(app)

  const jobs = allJobs({
    mail,
    messaging,
    publisher,
    webhooks,
    keyUse,
    expiryReminders,
    idempotency,
    files,
  })
  await jobs.start()
  // A stream that is followed would keep the server from closing, and so would an answer that is held up.
  app.addHook('preClose', async () => publisher.end())
  app.addHook('preClose', async () => wrongKeys.end())
  app.addHook('onClose', async () => {
    await jobs.stop()
    await status.stop()
    metrics.close()
  })
  return {
    app,
    routes,
    accounts,
    mail,
    messaging,
    publisher,
    webhooks,
    files,
    status,
    readiness,
    underWay,
    metrics,
    jobs,
  }
}

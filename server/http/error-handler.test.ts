import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import Fastify, { LogController } from 'fastify'
import { OutcomeUnknownError } from '../storage/outcome.ts'
import { answerErrors } from './error-handler.ts'
import { loggerOptions } from './log.ts'

test('says of a write whose commit nobody knows about how it can be sent again', async (t) => {
  const lost = new OutcomeUnknownError(new Error('Connection terminated unexpectedly'))
  const { response } = await answerTo(lost, t)
  assert.equal(response.statusCode, 503)
  assert.equal(response.headers['retry-after'], '5')
  const { code, detail } = response.json()
  assert.equal(code, 'unavailable')
  assert.match(
    detail,
    /not known whether it was made: look before you send it again. With an Idempotency-Key/,
  )
})

test('logs where a fault of the program was met with, and of an absent database that it is', async (t) => {
  const fault = await answerTo(new TypeError('seven is not a house'), t)
  assert.equal(fault.response.statusCode, 500)
  assert.match(fault.logged.err.stack, /error-handler\.test/)
  const away = await answerTo(
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    t,
  )
  assert.equal(away.response.statusCode, 503)
  const { message, code, stack } = away.logged.err
  assert.deepEqual([message, code, stack], ['connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED', ''])
})

async function answerTo(error: Error, t: TestContext) {
  const lines: string[] = []
  const logTo = new Writable({
    write(line, _, done) {
      lines.push(String(line))
      done()
    },
  })
  const app = Fastify({
    logger: loggerOptions('info', logTo),
    logController: new LogController({ disableRequestLogging: true }),
  })
  app.decorateRequest('isEmulated', false)
  t.after(() => app.close())
  answerErrors(app, {})
  app.get('/', async () => {
    throw error
  })
  const response = await app.inject('/')
  return { response, logged: JSON.parse(lines[0] ?? '{}') }
}

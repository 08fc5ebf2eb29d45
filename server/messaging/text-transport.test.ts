import assert from 'node:assert/strict'
import { afterEach, beforeEach, it } from 'node:test'
import {
  openTextProvider,
  type ProviderAnswer,
  type TextProvider,
  taken,
} from '../../test/support/text-provider.ts'
import { Refusal } from './refusal.ts'
import { sendText, textAccountOf } from './text-transport.ts'

let provider: TextProvider
let isSilent = false
/** Short only where nothing will come. */
const patience = () => (isSilent ? 100 : 30_000)
const text = {
  from: '+15550104400',
  to: '+15550104477',
  body: 'Hi & bye',
  receiptsTo: 'https://x.example.com/r',
}

beforeEach(async () => {
  provider = await openTextProvider()
})
afterEach(async () => {
  isSilent = false
  await provider.close()
})

const send = (given = text as Parameters<typeof sendText>[1]) =>
  sendText(textAccountOf(provider.url), given, { patience: patience() })

const refusal = async () => {
  const error = await send().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Refusal, String(error))
  return error
}

it('asks as Twilio is asked, and gives the id that it got', async () => {
  assert.equal(await send(), 'SM1')
  const [asked] = provider.asked
  assert.equal(asked?.path, `/2010-04-01/Accounts/${provider.id}/Messages.json`)
  assert.equal(
    asked?.authorization,
    `Basic ${Buffer.from(`${provider.id}:${provider.token}`).toString('base64')}`,
  )
  assert.deepEqual(Object.fromEntries(asked?.fields ?? []), {
    From: '+15550104400',
    To: '+15550104477',
    Body: 'Hi & bye',
    StatusCallback: 'https://x.example.com/r',
  })
  await send({ ...text, receiptsTo: null })
  assert.equal(provider.asked[1]?.fields.has('StatusCallback'), false)
})

it('takes a success for one, whatever its body says', async () => {
  for (const body of ['', 'OK', '[]', 'null', '{"sid":7}', `{"sid":"${'x'.repeat(100_000)}"}`]) {
    provider.answer({ status: 201, body })
    assert.equal(await send(), null)
  }
})

const answers: [what: string, how: ProviderAnswer, isFinal: boolean, reason: RegExp][] = [
  [
    'a refusal with a code',
    { status: 400, body: '{"code":21211,"message":"The number is\\nnot valid","status":400}' },
    true,
    /^the provider answered 400 21211 The number is not valid$/,
  ],
  ['a refusal in other words', { status: 403, body: '<html>' }, true, /^the provider answered 403/],
  ['a wrong token', { status: 401, body: '{"code":20003}' }, true, /401 20003/],
  [
    'too many requests',
    { status: 429, body: '{"code":20429,"message":"Slow down"}' },
    false,
    /429 20429 Slow down/,
  ],
  ['a fault', { status: 500, body: 'oops' }, false, /^the provider answered 500/],
  ['a redirect', { status: 302, body: '' }, false, /answered 302|could not be reached/],
  ['silence', 'nothing', false, /^the provider did not answer in time$/],
  ['a cut connection', 'cut', false, /^the provider could not be reached$/],
]

for (const [what, how, isFinal, reason] of answers) {
  it(`says whether ${what} is final, and why`, async () => {
    isSilent = how === 'nothing'
    provider.answer(how)
    const error = await refusal()
    assert.equal(error.isFinal, isFinal)
    assert.match(error.message, reason)
  })
}

it('can be tried again when the provider is gone', async () => {
  const url = provider.url
  await provider.close()
  await assert.rejects(sendText(textAccountOf(url), text), { message: 'the provider could not be reached' })
})

it('cuts what the provider says, and tells no secret that it repeats', async () => {
  const basic = Buffer.from(`${provider.id}:${provider.token}`).toString('base64')
  const message = `${provider.token} Basic ${basic} ${'long '.repeat(500)}\u0000\ud800`
  provider.answer({ status: 400, body: JSON.stringify({ message }) })
  const { message: reason } = await refusal()
  assert.ok(reason.length <= 500 && reason.isWellFormed())
  assert.ok(!reason.includes(provider.token) && !reason.includes(basic) && !reason.includes('\u0000'))
  provider.answer(taken)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../../test/support/engines.ts'
import type { OutgoingMail } from '../../mail/outbox.ts'
import type { Engine } from '../../storage/engine.ts'
import { rotateKey } from '../key.store.ts'
import { changeKey, createKey, disableKey, resumeKey } from '../named-keys.store.ts'
import { newAccount, newPerson, openGround, origin, quietly } from '../testing.ts'
import { createExpiryReminders } from './expiry.reminders.ts'

const day = 24 * 60 * 60 * 1_000
const log = { info() {}, warn() {}, error: (details: object) => assert.fail(JSON.stringify(details)) }

forEachEngine((under) => {
  const ground = openGround(under)
  // Nodes look at all accounts, so a test tells its own by the name.
  let accounts = 0

  /** A key that ends in so many days, and what nodes tell of it whose clocks the test sets. */
  async function begin(days: number) {
    const { engine } = ground
    const account = `Homes ${++accounts}`
    const admin = await newAccount(engine, account)
    const act = { by: admin, origin }
    const context = quietly(engine)
    const expiresAt = Date.now() + days * day
    const fields = { name: 'Website', scopes: ['*:read' as const], expiresAt }
    const { key } = await createKey(context, act, { fields, problems: [] })
    const mails: (OutgoingMail & { at: number })[] = []
    const which = { id: key.id }
    /** What is told when so many days are left. */
    const toldAt = async (left: number, { nodes = 1 } = {}) => {
      mails.length = 0
      const at = expiresAt - left * day
      await Promise.all(Array.from({ length: nodes }, () => node(engine, at, mails).deliverSoon()))
      const own = mails.filter(({ subject }) => subject.endsWith(`(${account})`))
      return own.filter(({ to }) => to === admin.email).map(({ subject }) => subject.split(' (')[0])
    }
    return { engine, account, admin, act, context, which, mails, toldAt, expiresAt }
  }

  it('tells 14 and 3 days before the end and when it has come, each once', async () => {
    const { toldAt, expiresAt } = await begin(365)
    const date = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'America/Denver' })
    const soon = `The API key "Website" expires on ${date.format(expiresAt)}`
    const over = 'The API key "Website" has expired'
    assert.deepEqual(await toldAt(14.01), [])
    assert.deepEqual(await toldAt(14), [soon])
    assert.deepEqual(await toldAt(3.01), [])
    assert.deepEqual(await toldAt(2.9), [soon])
    assert.deepEqual(await toldAt(0.01), [])
    assert.deepEqual(await toldAt(0), [over])
    assert.deepEqual(await toldAt(-100), [])
  })

  it('tells every admin how long and which, and where to mend it', async () => {
    const { engine, account, admin, toldAt, mails } = await begin(30)
    const bea = await newPerson(engine, admin, 'admin', 'Bea Boss')
    await toldAt(10)
    const told = mails.filter(({ subject }) => subject.endsWith(`(${account})`))
    assert.deepEqual(
      told.map(({ to }) => to),
      [admin.email, bea.email],
    )
    assert.match(
      told[0]?.text ?? '',
      /End: \w+ \d+, \d{4} at .+\(America\/Denver\)\nKey: Website, ends in \w{4}\n/,
    )
    assert.match(told[0]?.text ?? '', /Last used: never\n/)
    assert.match(told[0]?.text ?? '', /sign in at https:\/\/latchkey\.example, open Settings/)
  })

  it('tells once even when several nodes look at the same time', async () => {
    const { toldAt } = await begin(30)
    assert.equal((await toldAt(12, { nodes: 4 })).length, 1)
  })

  it('tells of a short-lived key only what is still ahead', async () => {
    const { toldAt } = await begin(7)
    assert.deepEqual(await toldAt(6), [])
    assert.equal((await toldAt(3)).length, 1)
    assert.equal((await toldAt(0)).length, 1)
  })

  it('sends the last of the reminders that were missed, and no other', async () => {
    const { toldAt } = await begin(60)
    assert.match((await toldAt(-1)).join(), /^The API key "Website" has expired/)
    assert.deepEqual(await toldAt(-2), [])
  })

  it('begins anew with another end, and not with a rotation', async () => {
    const { toldAt, context, act, which, expiresAt } = await begin(30)
    await toldAt(14)
    await rotateKey(context, act, { which })
    assert.deepEqual(await toldAt(13), [])
    await changeKey(context, act, which, { fields: { expiresAt: expiresAt + day }, problems: [] })
    assert.equal((await toldAt(13)).length, 1)
    await changeKey(context, act, which, { fields: { expiresAt: null }, problems: [] })
    assert.deepEqual(await toldAt(-10), [])
  })

  it('says nothing of a disabled key until it is enabled', async () => {
    const { toldAt, context, act, which } = await begin(30)
    await disableKey(context, act, which)
    assert.deepEqual(await toldAt(2), [])
    await resumeKey(context, act, which)
    assert.equal((await toldAt(2)).length, 1)
  })

  it('counts nothing as told that could not be put into the outbox', async () => {
    const { engine, toldAt, expiresAt } = await begin(30)
    const errors: object[] = []
    const broken = createExpiryReminders({
      engine,
      mail: { enqueue: () => Promise.reject(new Error('The disk is full.')), deliverSoon: async () => {} },
      config: { publicUrl: null },
      log: { ...log, error: (details: object) => void errors.push(details) },
      now: () => expiresAt,
    })
    await broken.deliverSoon()
    assert.equal(errors.length, 1)
    assert.equal((await toldAt(0)).length, 1)
  })
})

function node(engine: Engine, at: number, mails: object[]) {
  return createExpiryReminders({
    engine,
    mail: {
      enqueue: async (_, mail) => void mails.push(mail),
      deliverSoon: async () => {},
    },
    config: { publicUrl: 'https://latchkey.example' },
    log,
    now: () => at,
  })
}

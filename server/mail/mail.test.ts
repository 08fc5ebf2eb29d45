import assert from 'node:assert/strict'
import { afterEach, beforeEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { secretsFrom } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { createMail, type Mail } from './mail.ts'

const hour = 3_600_000
const letter = {
  to: 'bob@example.com',
  about: null,
  subject: 'Hello',
  text: 'A secret link: https://example.com/s3cr3t',
}

forEachEngine((kind) => {
  let engine: Engine
  let mailbox: Mailbox
  let later = 0
  let errors: unknown[]
  const mails: Mail[] = []
  const mailOf = (smtpUrl: string | null = mailbox.url) => {
    const mail = createMail({
      engine,
      config: { smtpUrl, mailFrom: 'Latchkey <latchkey@example.com>', publicUrl: null },
      secrets: secretsFrom('a secret of the tests that is long enough'),
      log: { info() {}, warn() {}, error: (...words: unknown[]) => void errors.push(words) },
      now: () => Date.now() + later,
    })
    mails.push(mail)
    return mail
  }
  const enqueue = (mail: Mail, more: { to?: string; expiresAt?: number } = {}) =>
    engine.transaction((tx) => mail.enqueue(tx, { ...letter, ...more }))
  const rows = () => engine.reader.selectFrom('outgoing_mails').selectAll().orderBy('id').execute()

  beforeEach(async () => {
    const { url, directory } = await kind.open()
    engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
    mailbox = await openMailbox()
    later = 0
    errors = []
  })
  afterEach(async () => {
    for (const mail of mails.splice(0)) await mail.stop()
    await mailbox.close()
    await engine.close()
    assert.deepEqual(errors, [])
  })

  it('sends what was put in, and forgets the text', async () => {
    const mail = mailOf()
    assert.equal(mail.enabled, true)
    await enqueue(mail)
    const [queued] = await rows()
    assert.ok(!JSON.stringify(queued).includes('s3cr3t'))
    await mail.deliverSoon()
    const message = await mailbox.waitFor(({ to }) => to.includes(letter.to))
    assert.equal(message.subject, 'Hello')
    assert.match(message.text, /https:\/\/example\.com\/s3cr3t/)
    assert.match(message.from, /latchkey@example\.com/)
    const [sent] = await rows()
    assert.equal(sent?.status, 'sent')
    assert.equal(sent?.sealed_text, null)
    assert.ok(sent?.sent_at)
  })

  it('sends nothing of a transaction that was rolled back', async () => {
    const mail = mailOf()
    const undone = engine.transaction(async (tx) => {
      await mail.enqueue(tx, letter)
      throw new Error('undone')
    })
    await assert.rejects(undone, /undone/)
    await mail.deliverSoon()
    assert.deepEqual([mailbox.messages.length, (await rows()).length], [0, 0])
  })

  it('stores nothing without a mail server', async () => {
    const mail = mailOf(null)
    assert.equal(mail.enabled, false)
    await enqueue(mail)
    await mail.deliverSoon()
    assert.equal((await rows()).length, 0)
  })

  it('sends each mail once, however many nodes look for it', async () => {
    const nodes = [mailOf(), mailOf(), mailOf()]
    const [first] = nodes
    for (let count = 0; count < 12 && first; count++) await enqueue(first, { to: `p${count}@example.com` })
    await Promise.all(nodes.map((mail) => mail.deliverSoon()))
    const receivers = mailbox.messages.flatMap(({ to }) => to)
    assert.equal(receivers.length, 12)
    assert.equal(new Set(receivers).size, 12)
  })

  it('tries again later and later, and gives up after a day', async () => {
    const mail = mailOf()
    mailbox.refuse('reject')
    await enqueue(mail)
    const started = Date.now()
    const waits: number[] = []
    for (;;) {
      await mail.deliverSoon()
      const [row] = await rows()
      if (row?.status !== 'queued') break
      assert.match(row.last_error ?? '', /try again later/)
      waits.push(Math.round((row.next_attempt_at - Date.now() - later) / 60_000))
      later = row.next_attempt_at - Date.now()
    }
    assert.deepEqual(waits, [1, 5, 30, 120, 360, 360, 360])
    assert.ok(Date.now() + later - started <= 24 * hour)
    const [row] = await rows()
    assert.deepEqual([row?.status, row?.sealed_text], ['failed', null])
    assert.equal(mailbox.messages.length, 0)
  })

  it('sends nothing before its turn', async () => {
    const mail = mailOf()
    mailbox.refuse('disconnect')
    await enqueue(mail)
    await mail.deliverSoon()
    mailbox.refuse('nothing')
    await mail.deliverSoon()
    assert.equal(mailbox.messages.length, 0)
    later = 61_000
    await mail.deliverSoon()
    assert.equal(mailbox.messages.length, 1)
  })

  it('does not send a link that has expired meanwhile', async () => {
    const mail = mailOf()
    await enqueue(mail, { expiresAt: Date.now() + hour })
    later = hour
    await mail.deliverSoon()
    const [row] = await rows()
    assert.deepEqual([row?.status, row?.sealed_text, mailbox.messages.length], ['failed', null, 0])
  })

  it('takes over from a node that died with a mail in its hands', async () => {
    const mail = mailOf()
    await enqueue(mail)
    const leased = { attempts: 1, next_attempt_at: Date.now() + 180_000 }
    await engine.transaction((tx) => tx.updateTable('outgoing_mails').set(leased).execute())
    await mail.deliverSoon()
    assert.equal(mailbox.messages.length, 0)
    later = 181_000
    await mail.deliverSoon()
    assert.equal(mailbox.messages.length, 1)
  })

  it('finds by itself what was left behind, once it is started', async () => {
    await enqueue(mailOf())
    mailOf().start()
    await mailbox.waitFor(({ subject }) => subject === 'Hello')
  })

  it('waits at the end for the mail in flight', async () => {
    const mail = mailOf()
    await enqueue(mail)
    await enqueue(mail)
    mail.deliverSoon()
    await mail.stop()
    const states = (await rows()).map(({ status }) => status)
    assert.equal(states.filter((status) => status === 'sent').length, mailbox.messages.length)
    assert.ok(mailbox.messages.length < 2)
  })

  it('forgets after a month what was sent', async () => {
    const mail = mailOf()
    await enqueue(mail)
    await mail.deliverSoon()
    later = 31 * 24 * hour
    mail.start()
    while ((await rows()).length > 0) await new Promise((resolve) => setImmediate(resolve))
  })
})

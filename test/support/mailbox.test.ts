import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createTransport } from 'nodemailer'
import { type Mailbox, openMailbox } from './mailbox.ts'

const mail = { from: 'Latchkey <no-reply@example.com>', to: 'ana@example.com', bcc: 'bo@example.com' }

describe('the mailbox', () => {
  let mailbox: Mailbox
  before(async () => {
    mailbox = await openMailbox()
  })
  beforeEach(() => mailbox.refuse('nothing'))
  after(() => mailbox.close())

  it('keeps a mail with its recipients, its subject and its text as they were written', async () => {
    const subject = 'Schlüssel für Zoë: rotated'
    const text = `Größe = 100 %, 🔑\n${'a long line '.repeat(20)}`
    await createTransport(mailbox.url).sendMail({ ...mail, subject, text, html: '<b>Größe</b>' })
    const message = await mailbox.waitFor((candidate) => candidate.subject === subject)
    assert.match(message.from, /no-reply@example\.com/)
    assert.deepEqual(message.to, ['ana@example.com', 'bo@example.com'])
    assert.equal(message.text.trim(), text.trim())
    assert.match(message.html, /<b>Größe<\/b>/)
  })

  it('waits for a mail that is still to come', async () => {
    const waiting = mailbox.waitFor((message) => message.subject === 'later')
    await createTransport(mailbox.url).sendMail({ ...mail, subject: 'sooner' })
    await createTransport(mailbox.url).sendMail({ ...mail, subject: 'later' })
    assert.equal((await waiting).subject, 'later')
  })

  it('takes mail from a client that signs in', async () => {
    const url = mailbox.url.replace('smtp://', 'smtp://user:secret@')
    await createTransport(url).sendMail({ ...mail, subject: 'signed in' })
    await mailbox.waitFor((message) => message.subject === 'signed in')
  })

  it('says what arrived when the mail waited for does not', async () => {
    await createTransport(mailbox.url).sendMail({ ...mail, subject: 'something else' })
    await assert.rejects(
      mailbox.waitFor((message) => message.subject === 'never sent', 50),
      /no such mail within 50 ms; arrived: .*"something else" to ana@example\.com/,
    )
  })

  it('answers 451 and keeps nothing while it rejects, and takes mail again afterwards', async () => {
    mailbox.refuse('reject')
    const before = mailbox.messages.length
    const sending = createTransport(mailbox.url).sendMail({ ...mail, subject: 'rejected' })
    await assert.rejects(sending, { responseCode: 451 })
    assert.equal(mailbox.messages.length, before)
    mailbox.refuse('nothing')
    await createTransport(mailbox.url).sendMail({ ...mail, subject: 'accepted again' })
    assert.equal(mailbox.messages.at(-1)?.subject, 'accepted again')
  })

  it('hangs up on every client while it disconnects, also on one that is already connected', async () => {
    const pool = createTransport({ url: mailbox.url, pool: true })
    await pool.sendMail({ ...mail, subject: 'before' })
    mailbox.refuse('disconnect')
    await assert.rejects(pool.sendMail({ ...mail, subject: 'cut off' }))
    await assert.rejects(createTransport(mailbox.url).sendMail({ ...mail, subject: 'cut off' }))
    pool.close()
  })
})

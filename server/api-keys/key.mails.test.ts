import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { openMailbox } from '../../test/support/mailbox.ts'
import { createMail } from '../mail/mail.ts'
import type { KeyContext } from './key.acts.ts'
import { findKey } from './key.lookup.ts'
import { mailAdmins } from './key.mails.ts'
import { enableAccess, rotateKey } from './key.store.ts'
import { newAccount, newPerson, openGround, origin, secrets } from './testing.ts'

const log = { info() {}, warn() {}, error() {} }

forEachEngine((under) => {
  const ground = openGround(under)

  it('reaches the admins of what has happened, and tells nobody of what was undone', async () => {
    const { engine } = ground
    const mailbox = await openMailbox()
    const config = { smtpUrl: mailbox.url, mailFrom: 'Latchkey <latchkey@example.com>', publicUrl: null }
    const mail = createMail({ engine, config, secrets, log })
    try {
      const ada = await newAccount(engine)
      const bea = await newPerson(engine, ada, 'admin', 'Bea Boss')
      const act = { by: ada, origin }
      const keys: KeyContext = {
        engine,
        secrets,
        announce: (tx, writer, event) => mailAdmins(mail, tx, writer, event, config.publicUrl),
      }
      const { secret } = await enableAccess(keys, act)
      const undone: KeyContext = {
        ...keys,
        async announce(...told) {
          await keys.announce(...told)
          throw new Error('The power failed.')
        },
      }
      await assert.rejects(rotateKey(undone, act), /The power failed/)
      await mail.deliverSoon()

      assert.deepEqual(mailbox.messages.map((message) => message.to.join()).sort(), [ada.email, bea.email])
      for (const message of mailbox.messages) {
        assert.equal(message.subject, 'REST API access was enabled (Fir Street Homes)')
        assert.ok(message.text.includes(`ends in ${secret.slice(-4)}`))
        assert.ok(!message.text.includes(secret.slice(8, 24)))
      }
      assert.ok(await findKey(engine, secret))
    } finally {
      await mail.stop()
      await mailbox.close()
    }
  })
})

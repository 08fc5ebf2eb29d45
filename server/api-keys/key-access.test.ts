import assert from 'node:assert/strict'
import { it } from 'node:test'
import { keyAccess } from '../../bin/key-access.ts'
import { admin, setUpCompany } from '../../test/support/admin.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { openMailbox } from '../../test/support/mailbox.ts'
import { readConfig } from '../config.ts'
import { start } from '../main.ts'
import type { KeyView } from './testing.routes.ts'

forEachEngine((under) => {
  it('lists every key and lifts what locks one out, while the server runs', async () => {
    const { url, directory } = await under.open()
    const mailbox = await openMailbox()
    const config = readConfig({
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      LATCHKEY_DATA: directory,
      LATCHKEY_SECRET: 'the secret of this installation under test',
      SMTP_URL: mailbox.url,
      ...(url && { DATABASE_URL: url }),
    })
    const server = await start({ ...config, port: 0 })
    try {
      const ann = await setUpCompany(server.url)
      const made = await ann.request('POST', '/api/rest-access/keys', {
        name: 'Website',
        scopes: ['*:read'],
        allowed_addresses: ['203.0.113.0/24'],
      })
      const key = made.body.key as KeyView
      await ann.request('POST', `/api/rest-access/keys/${key.id}/disable`)
      const headers = { authorization: `Bearer ${made.body.secret}` }
      const status = async () => (await fetch(`${server.url}/rest/info/account`, { headers })).status
      const run = async (wanted: string | null, lift: { fromAnywhere?: true; enable?: true } = {}) => {
        const lines: string[] = []
        const command = { key: wanted, fromAnywhere: false, enable: false, ...lift }
        await keyAccess(config, command, (line) => void lines.push(line))
        return lines
      }

      assert.deepEqual(await run(null), [
        'Ash Property Care',
        `  ${key.id}  …${key.last_four}  Website (disabled): only from 203.0.113.0/24`,
      ])
      assert.equal(await status(), 401)
      await run(key.id, { enable: true })
      assert.equal(await status(), 403)
      const lifted = await run(key.last_four, { fromAnywhere: true })
      assert.match(lifted[1] ?? '', /Website \(active\): from anywhere$/)
      assert.equal(await status(), 200)
      await assert.rejects(run('none', { enable: true }), /No key has the id or ends in "none"/)

      const entries = await server.engine.reader
        .selectFrom('audit_entries')
        .select(['action', 'user_id', 'details', 'user_agent'])
        .where('user_agent', '=', 'latchkey key-access')
        .orderBy('id')
        .execute()
      assert.deepEqual(
        entries.map(({ action, user_id, details }) => [action, user_id, JSON.parse(details)]),
        [
          ['api_key.resumed', null, { name: 'Website', last_four: key.last_four }],
          [
            'api_key.changed',
            null,
            {
              name: 'Website',
              last_four: key.last_four,
              allowed_addresses: '[]',
              previous_allowed_addresses: '["203.0.113.0/24"]',
            },
          ],
        ],
      )
      await server.mail.deliverSoon()
      const mail = await mailbox.waitFor(({ text }) => text.includes('latchkey key-access'))
      assert.deepEqual(mail.to, [admin.email])
      assert.equal(mail.subject, 'The API key "Website" was enabled again (Ash Property Care)')
      assert.match(
        mail.text,
        /By: whoever operates the server, by the command latchkey key-access\nKey: Website/,
      )
      assert.match((await run(null)).join('\n'), /from anywhere/)
    } finally {
      await server.stop()
      await mailbox.close()
    }
  })
})

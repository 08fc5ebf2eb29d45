import assert from 'node:assert/strict'
import { it } from 'node:test'
import { resetLink } from '../../bin/reset-link.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { readConfig } from '../config.ts'
import { company, startServer, testSecret } from './test-server.ts'

const who = (email: string) => ({ email, withoutSecondFactor: false })

forEachEngine((kind) => {
  it('hands the operator a link that sets a password, while the server runs', async () => {
    const { url, directory } = await kind.open()
    const config = readConfig({
      LATCHKEY_DATA: directory,
      LATCHKEY_SECRET: testSecret,
      ...(url && { DATABASE_URL: url }),
    })
    const server = await startServer({ url, directory })
    const visitor = server.visitor()
    await visitor.post('/api/setup', company)

    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    assert.equal(await resetLink(config, who('nobody@example.com'), print), false)
    assert.equal(await resetLink(config, who(company.email), print), true)
    assert.match(lines[0] ?? '', /Nobody signs in/)
    const token = new URL(lines[1] ?? '').searchParams.get('token')

    const newPassword = 'a wholly new password'
    const answer = await visitor.post('/api/auth/reset-password', { newPassword, token })
    assert.equal(answer.status, 200, answer.text)
    const body = { email: company.email, password: newPassword }
    assert.equal((await visitor.post('/api/auth/sign-in/email', body)).status, 200)
    await server.close()
  })

  // A PostgreSQL database that is not there cannot be named by an opened engine.
  if (kind.name === 'sqlite') {
    it('says so where there is no database', async () => {
      const { directory } = await kind.open()
      const config = readConfig({ LATCHKEY_DATA: directory, LATCHKEY_SECRET: testSecret })
      await assert.rejects(resetLink(config, who(company.email)), /There is no Latchkey database/)
    })
  }
})

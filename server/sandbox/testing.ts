import assert from 'node:assert/strict'
import type { Client } from '../../test/api/client.ts'
import { type ApiServer, type Company, password } from '../../test/api/server.ts'
import { type Person, personAt } from '../../test/support/admin.ts'
import type { Filling } from './sandbox.ts'

/** A sandbox as its admin and a program meet it. */
export interface Sandbox {
  accountId: string
  key: string
  api: Client
  /** The admin, signed in, in the live account. */
  admin: Person
}

/** Signs the admin of a company in. */
export async function adminOf(server: ApiServer, company: Company = server.acme): Promise<Person> {
  const person = personAt(server.url)
  const { status } = await person.request('POST', '/api/auth/sign-in/email', {
    email: company.email,
    password,
  })
  assert.equal(status, 200)
  return person
}

/** Makes the sandbox of a company, as its admin would, with budgets that stop no test. */
export async function openSandbox(
  server: ApiServer,
  fill: Filling,
  company: Company = server.acme,
): Promise<Sandbox> {
  const admin = await adminOf(server, company)
  const { status, body } = await admin.request('POST', '/api/sandbox', { fill })
  assert.equal(status, 201, JSON.stringify(body))
  const { account_id } = body.sandbox as { account_id: string }
  const { secret } = (await admin.request('POST', '/api/sandbox/reveal')).body
  const key = String(secret)
  const headers = { authorization: `Bearer ${key}` }
  return { accountId: account_id, key, admin, api: server.client(headers) }
}

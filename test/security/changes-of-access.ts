import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { usualPermissions } from '../../server/access/permissions.ts'
import { password } from '../api/server.ts'
import { type Person, personAt } from '../support/admin.ts'
import type { Asking, Credentials } from './asking.ts'
import type { Change } from './under-load.ts'

/** Who changes what a credential opens, and how it is found out. */
export interface Scene {
  admin: Person
  asking: Asking
  /** Two of them, each with one deal. */
  pipelines: readonly string[]
}

const noKey = '401 invalid_access_token'

/** All that can become of a named key, one after the other; each begins with what the one before left. */
export async function changesOfKey({ admin, asking, pipelines }: Scene): Promise<Change[]> {
  const made = await ask(admin, 'POST', '/api/rest-access/keys', {
    name: 'Website',
    scopes: ['*:read', '*:write'],
  })
  const path = `/api/rest-access/keys/${(made.key as { id: string }).id}`
  let secret = String(made.secret)
  let previous = secret
  const byKey =
    (text: () => string): Credentials =>
    () => ({ authorization: `Bearer ${text()}` })
  const read = asking.outcome(
    byKey(() => secret),
    'GET /contacts',
  )
  const readByPrevious = asking.outcome(
    byKey(() => previous),
    'GET /contacts',
  )
  const write = asking.outcome(
    byKey(() => secret),
    'POST /deals',
  )
  const readDeals = asking.outcome(
    byKey(() => secret),
    'GET /deals',
  )
  const deals = asking.count(
    byKey(() => secret),
    '/deals',
  )
  const change = (fields: object) => (url: string) => ask(admin.at(url), 'PATCH', path, fields)
  const post = (act: string) => (url: string) => ask(admin.at(url), 'POST', `${path}/${act}`)
  const rotate = (seconds: number) => async (url: string) => {
    const answer = await ask(admin.at(url), 'POST', `${path}/rotate`, { previous_key_works_for: seconds })
    previous = seconds > 0 ? secret : previous
    secret = String(answer.secret)
  }
  return [
    { name: 'disable', act: post('disable'), ask: read, before: '200', after: '401 key_disabled' },
    { name: 'enable', act: post('enable'), ask: read, before: '401 key_disabled', after: '200' },
    {
      name: 'allow another address alone',
      act: change({ allowed_addresses: ['203.0.113.7'] }),
      ask: read,
      before: '200',
      after: '403 address_not_allowed',
    },
    {
      name: 'allow every address',
      act: change({ allowed_addresses: [] }),
      ask: read,
      before: '403 address_not_allowed',
      after: '200',
    },
    {
      name: 'limit to a pipeline',
      act: change({ pipeline_ids: pipelines.slice(1) }),
      ask: deals,
      before: '2',
      after: '1',
    },
    { name: 'open every pipeline', act: change({ pipeline_ids: null }), ask: deals, before: '1', after: '2' },
    {
      name: 'make it read-only',
      act: change({ scopes: ['*:read'] }),
      ask: write,
      before: '400 missing_field',
      after: '403 insufficient_scope',
    },
    {
      name: 'take an area away',
      act: change({ scopes: ['contacts:read'] }),
      ask: readDeals,
      before: '200',
      after: '403 insufficient_scope',
    },
    {
      name: 'give everything back',
      act: change({ scopes: ['*:read', '*:write'] }),
      ask: readDeals,
      before: '403 insufficient_scope',
      after: '200',
    },
    {
      name: 'let its end pass',
      act: async (url) => {
        const end = Date.now() + 400
        await change({ expires_at: new Date(end).toISOString() })(url)
        // The clock is what is waited for.
        while (Date.now() < end) await wait(end - Date.now())
      },
      ask: read,
      before: '200',
      after: '401 key_expired',
    },
    {
      name: 'take its end away',
      act: change({ expires_at: null }),
      ask: read,
      before: '401 key_expired',
      after: '200',
    },
    { name: 'rotate with an overlap', act: rotate(3_600), ask: readByPrevious, before: '200', after: '200' },
    { name: 'end the overlap', act: rotate(0), ask: readByPrevious, before: '200', after: noKey },
    { name: 'revoke', act: post('revoke'), ask: read, before: '200', after: noKey },
  ]
}

/** The main key, rotated at one node after the other; each new key is asked with from its first moment on. */
export function rotationsOfMainKey({ admin, asking }: Scene, first: string, rotations: number): Change[] {
  const keys = [first]
  return Array.from({ length: rotations }, (_, turn) => ({
    name: `rotation ${turn + 1} of the main key`,
    act: async (url) =>
      keys.push(String((await ask(admin.at(url), 'POST', '/api/rest-access/rotate')).secret)),
    ask: asking.outcome(() => ({ authorization: `Bearer ${keys[turn]}` }), 'GET /contacts'),
    before: '200',
    after: noKey,
  }))
}

/** What an admin changes of members who are signed in, at any node. */
export async function changesOfMembers(
  { admin, asking }: Scene,
  members: { staying: Member; leaving: Member },
): Promise<Change[]> {
  const staying = await signIn(members.staying)
  const leaving = await signIn(members.leaving)
  const path = `/api/people/${members.staying.id}`
  const deals = asking.count(staying, '/deals')
  const allow = (rights: readonly string[] | null) => (url: string) =>
    ask(admin.at(url), 'PUT', `${path}/permissions`, {
      ...usualPermissions,
      pipelines: { others: rights, named: {} },
    })
  const usual = usualPermissions.pipelines.others
  return [
    { name: 'close the pipelines to a member', act: allow(null), ask: deals, before: '2', after: '0' },
    { name: 'open them again', act: allow(usual), ask: deals, before: '0', after: '2' },
    {
      name: 'end the sessions of a member',
      act: (url) => ask(admin.at(url), 'POST', `${path}/end-sessions`),
      ask: deals,
      before: '2',
      after: noKey,
    },
    {
      name: 'remove a member',
      act: (url) => ask(admin.at(url), 'DELETE', `/api/people/${members.leaving.id}`),
      ask: asking.count(leaving, '/deals'),
      before: '2',
      after: noKey,
    },
  ]
}

export interface Member {
  id: string
  email: string
  /** Where they sign in. */
  url: string
}

async function signIn({ email, url }: Member): Promise<Credentials> {
  const person = personAt(url)
  await ask(person, 'POST', '/api/auth/sign-in/email', { email, password })
  return () => ({ cookie: person.cookie() })
}

async function ask(
  person: Person,
  method: string,
  path: string,
  fields: object = {},
): Promise<Record<string, unknown>> {
  const { status, body } = await person.request(method, path, fields)
  assert.ok(
    status >= 200 && status < 300,
    `${method} ${path} was answered ${status}: ${JSON.stringify(body)}`,
  )
  return body
}

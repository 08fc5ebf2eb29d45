import { type Permissions, usualPermissions } from '../../server/access/permissions.ts'
import { type Action, type Area, actions, allows, type Scope } from '../../server/access/scopes.ts'
import { enableAccess, type KeyAct } from '../../server/api-keys/index.ts'
import { createKey } from '../../server/api-keys/named-keys.store.ts'
import type { ApiServer } from '../api/server.ts'
import { type Limits, noLimits } from './closed.ts'
import type { Copy } from './copies.ts'
import { type Contents, memberEmail } from './template.ts'

/** Who sends the requests of a sequence. */
export interface Caller {
  name: string
  /** In the sandbox instead of the live account. */
  isTest: boolean
  /** Whether it has a webhook for everything. */
  subscribes: boolean
  /** What of the account is closed to it, in the ids of the template. */
  limits(contents: Contents): Limits
  /** Gives out its credentials in an account. */
  admit(server: ApiServer, account: Copy, contents: Contents): Promise<Credentials>
}

export interface Credentials {
  headers: Readonly<Record<string, string>>
  /** Null of a person. */
  key: string | null
}

/** The one that most can be done with. */
export const liveKey: Caller = { ...mainKey('a live key'), isTest: false }
export const testKey: Caller = { ...mainKey('a test key'), isTest: true }
export const placedKey = keyOfPlaces()
export const placedMember = memberOfPlaces()

export const limitedCallers = [
  placedKey,
  scopedKey(['contacts', 'properties', 'tasks', 'notes', 'files', 'setup', 'users']),
  scopedKey(['deals', 'processes', 'messages', 'notes', 'webhooks', 'reports']),
  placedMember,
]

/** More often those who may do all that there is to do wrong. */
export const callers: readonly { caller: Caller; weight: number }[] = [
  { caller: liveKey, weight: 5 },
  { caller: testKey, weight: 3 },
  ...limitedCallers.map((caller) => ({ caller, weight: 2 })),
]

function mainKey(name: string) {
  return {
    name,
    subscribes: false,
    limits: () => noLimits,
    async admit({ running: { engine, secrets } }: ApiServer, account: Copy, contents: Contents) {
      const context = { engine, secrets, announce: async () => {} }
      return byKey((await enableAccess(context, actIn(account, contents))).secret)
    },
  }
}

function keyOfPlaces(): Caller {
  const limits = (contents: Contents) => ({ ...noLimits, ...placesOf(contents) })
  return namedKey('a key of some pipelines and process types', limits, everyScopeOf(['*']))
}

function scopedKey(areas: readonly Area[]): Caller {
  return namedKey(`a key of ${areas.join(', ')}`, () => ({ ...noLimits, areas }), everyScopeOf(areas))
}

function everyScopeOf(areas: readonly (Area | '*')[]): Scope[] {
  return areas.flatMap((area) => actions.map((action: Action) => `${area}:${action}` as const))
}

function namedKey(name: string, limits: Caller['limits'], scopes: readonly Scope[]): Caller {
  return {
    name,
    isTest: false,
    subscribes: allows(scopes, 'webhooks', 'write'),
    limits,
    async admit({ running: { engine, secrets } }, account, contents) {
      const { pipelines, processTypes } = limits(contents)
      const here = (ids: readonly string[] | null) => ids?.map(account.idOf) ?? null
      const fields = { name, scopes, pipelineIds: here(pipelines), processTypeIds: here(processTypes) }
      const context = { engine, secrets, announce: async () => {} }
      const { secret } = await createKey(context, actIn(account, contents), { fields, problems: [] })
      return byKey(secret)
    },
  }
}

function memberOfPlaces(): Caller {
  return {
    name: 'a member with some permissions',
    isTest: false,
    subscribes: false,
    limits: (contents) => ({
      ...noLimits,
      ...placesOf(contents),
      userId: contents.people.member,
      isAdmin: false,
    }),
    async admit(server, account, contents) {
      const { engine } = server.running
      const rights = (usualPermissions.pipelines.others ?? []).filter((right) => right !== 'see_others')
      const { pipelines, process_types } = contents.records.other
      const closing = (id: string | undefined) => ({
        others: rights,
        named: { [account.idOf(id ?? '')]: null },
      })
      const permissions: Permissions = {
        pipelines: closing(pipelines),
        process_types: closing(process_types),
        see_others_tasks: false,
      }
      const headers = await signedIn(server)
      await engine.transaction(async (tx) => {
        await tx
          .insertInto('member_permissions')
          .values({
            account_id: account.accountId,
            user_id: contents.people.member,
            permissions: JSON.stringify(permissions),
            updated_at: Date.now(),
          })
          .execute()
        await tx
          .updateTable('sessions')
          .set({ active_account_id: account.accountId })
          .where('identity_id', '=', contents.people.member)
          .execute()
      })
      return { headers, key: null }
    },
  }
}

/** All but those of the set `other`. */
function placesOf({ records: { plain, own } }: Contents) {
  const of = (kind: string) => [plain[kind], own[kind]].filter((id) => id !== undefined)
  return { pipelines: of('pipelines'), processTypes: of('process_types') }
}

function byKey(secret: string): Credentials {
  return { headers: { authorization: `Bearer ${secret}` }, key: secret }
}

function actIn({ accountId }: Copy, { people }: Contents): KeyAct {
  return {
    by: { userId: people.admin, name: 'Ann Ash', email: 'ann@example.com', accountId, accountName: 'Homes' },
    origin: { address: null, userAgent: null, requestId: null },
  }
}

const sessions = new WeakMap<ApiServer, Promise<Record<string, string>>>()

/** Once: each sequence takes the session along into its account. A page of the server says where it is from. */
async function signedIn(server: ApiServer): Promise<Record<string, string>> {
  const cookie = sessions.get(server) ?? server.signedIn(memberEmail)
  sessions.set(server, cookie)
  return { ...(await cookie), origin: server.url }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Fields, ids, listOf, problemOf } from '../api.ts'
import { type List, listsOf } from '../document.ts'
import type { Suite } from '../suite.ts'
import { customValues, type World } from '../world.ts'

/**
 * What finds `one` of a resource and not `another`: every foreign key, status, kind, tag, name and custom
 * field (`contract.md` §1, "Filters"), written by hand.
 */
function narrowing(world: World): Record<string, [string, unknown][]> {
  const { one, mark, user, keys } = world
  const id = (resource: string) => one[resource]?.id
  const custom = (category: string): [string, unknown] => [
    `custom_fields[${keys[category]?.text}]`,
    customValues.text,
  ]
  const external: [string, unknown][] = [['external_source', 'ledger']]
  return {
    pipelines: [['name', `${mark} owners`]],
    stages: [
      ['pipeline_id', id('pipelines')],
      ['status', 'lead'],
      ['name', `${mark} first call`],
    ],
    sources: [
      ['pipeline_id', id('pipelines')],
      ['name', `${mark} web`],
    ],
    deals: [
      ['pipeline_id', id('pipelines')],
      ['stage_id', id('stages')],
      ['source_id', id('sources')],
      ['user_id', user.id],
      ['assignee_id', user.id],
      ['contact_id', id('contacts')],
      ['property_id', id('properties')],
      ['status', 'lead'],
      ['status', 'open'],
      ['tag', `${mark} hot`],
      ['tags', `${mark} hot`],
      ['name', `${mark} Alder Court`],
      ['value', '1800.5'],
      ['value[gte]', 1800],
      ['cost[lte]', '25.0'],
      ['external_id', `${mark} D-1`],
      custom('deal'),
      ...external,
    ],
    contacts: [
      ['first_name', 'Rosa'],
      ['last_name', `Field ${mark}`],
      ['company_name', `Field & Daughters ${mark}`],
      ['email', `rosa.${mark.replace(' ', '.')}@example.com`],
      ['phone', '+1 555.010.4477'],
      ['tag', `${mark} vip`],
      ['external_id', `${mark} C-1`],
      custom('contact'),
      ...external,
    ],
    property_groups: [['name', `${mark} north`]],
    properties: [
      ['property_type', 'Single Home'],
      ['address', `18 Alder Court ${mark}`],
      ['city', `Ashford ${mark}`],
      ['state', 'OR'],
      ['zip_code', '97001'],
      ['property_group_id', id('property_groups')],
      ['tag', `${mark} pool`],
      ['external_id', `${mark} P-1`],
      custom('property'),
      ...external,
    ],
    units: [
      ['property_id', id('properties')],
      ['unit_number', '2B'],
      ['occupancy', 'Tenant Occupied'],
      ['num_bedrooms', 3],
      ['market_rent[gt]', '1449.99'],
      ['lease_end_date', '2027-02-28'],
      ['lease_start_date[gte]', '2026-03-01'],
      custom('unit'),
    ],
    process_types: [['name', `${mark} renewals`]],
    process_stages: [
      ['process_type_id', id('process_types')],
      ['status', 'working'],
      ['name', `${mark} offer`],
    ],
    steps: [
      ['stage_id', id('process_stages')],
      ['process_type_id', id('process_types')],
      ['kind', 'email'],
      ['name', `${mark} offer`],
    ],
    contact_roles: [['process_type_id', id('process_types')]],
    assignee_roles: [['process_type_id', id('process_types')]],
    processes: [
      ['process_type_id', id('process_types')],
      ['stage_id', id('process_stages')],
      ['user_id', user.id],
      ['assignee_id', user.id],
      ['property_id', id('properties')],
      ['contact_id', id('contacts')],
      ['status', 'working'],
      ['status', 'open'],
      ['status', 'active'],
      ['tag', `${mark} example`],
      ['name', `${mark} renewal of 18 Alder Court`],
      ['due_at', '2026-03-31T17:00:00Z'],
      ['due_at[gte]', 1_774_976_400],
      ['external_id', `${mark} W-1`],
      custom('process'),
      ...external,
    ],
    tasks: [
      ['process_id', id('processes')],
      ['process_type_id', id('process_types')],
      ['deal_id', id('deals')],
      ['user_id', user.id],
      ['assignee_id', user.id],
      ['step_id', id('steps')],
      ['step_ids', id('steps')],
      ['kind', 'email'],
      ['completed', false],
      ['due_type', 'overdue'],
      ['due_at[lt]', '2026-02-02T00:00:00Z'],
      ['name', `${mark} offer`],
    ],
    notes: [
      ['parent_id', id('deals')],
      ['parent_type', 'Deal'],
      ['parent_type', 'deals'],
      ['kind', 'email'],
      ['direction', 'outbound'],
      ['created_at[lt]', '2026-01-16T00:00:00Z'],
    ],
    tags: [['name', `${mark} cold`]],
    custom_fields: [
      ['category', 'property'],
      ['key', one.custom_fields?.key],
      ['label', one.custom_fields?.label],
    ],
    users: [
      ['email', user.email],
      ['role', user.role],
    ],
  }
}

/** The same filter as every client may write it (`contract.md` §1, "Array query params"). */
function forms(param: string, value: unknown): string[] {
  const text = encodeURIComponent(String(value))
  const plain = `${param}=${text}`
  if (param.endsWith(']') || param === 'completed') return [plain]
  return [plain, `${param}[]=${text}`, `${plain}&${plain}`, `${param}[]=${text}&${param}[]=${text}`]
}

export function filters({ api, world }: Suite): void {
  describe('filters', () => {
    it('find one record and not another, in every form, on every list', async (test) => {
      const table = narrowing(world())
      for (const list of await listsOf(api, world())) {
        const cases = table[list.resource]
        if (cases) await test.test(list.template, () => tryAll(list, cases))
      }
    })

    async function tryAll(list: List, cases: readonly [string, unknown][]): Promise<void> {
      const { one, another } = world()
      const pair = ids([one[list.resource], another[list.resource]].filter((record) => record !== undefined))
      const path = `${list.path}?id=${pair.join()}`
      const found = ids(await api.list(path)).includes(pair[0] ?? '') ? [pair[0]] : []
      for (const [param, value] of cases) {
        // What the path says already, the query cannot say otherwise.
        if (!list.parameters.has(param.replace(/\[.*/, '')) && !/^custom_fields/.test(param)) {
          assert.notEqual(list.template, `/${list.resource}`, `${param} is a parameter of ${list.template}`)
          continue
        }
        for (const form of forms(param, value).slice(0, list.isNested ? 1 : undefined)) {
          const answer = await api.get(`${path}&${form}`)
          assert.equal(answer.headers.get('x-ignored-params'), null, form)
          assert.deepEqual(ids(listOf(answer)), found, form)
        }
      }
    }

    it('take several values with commas', async () => {
      const { one, another } = world()
      const pipelines = [one.pipelines?.id, another.pipelines?.id]
      const deals = [one.deals?.id, another.deals?.id]
      assert.deepEqual(
        ids(await api.list(`/deals?pipeline_id=${pipelines.join()}&id=${deals.join()}`)),
        deals,
      )
    })

    it('of custom fields know every data type, and ranges', async () => {
      const { keys, one, another } = world()
      const pair = [one.properties?.id, another.properties?.id].join()
      const found = async (type: string, query: string) => {
        const path = `/properties?id=${pair}&custom_fields[${keys.property?.[type]}]${query}`
        return ids(await api.list(path)).length
      }
      for (const [type, query] of [
        ['text', '=no%20pets'],
        ['choices', '=cats'],
        ['number', '=12.5'],
        ['number', '[gt]=12'],
        ['currency', '=1200.1'],
        ['currency', '[lte]=1200.10'],
        ['percentage', '[gte]=7'],
        ['date', '=2026-03-08'],
        ['date', '[gt]=2026-03-07'],
        ['date_time', '=1772970000'],
        ['date_time', '[lt]=2027-01-01T00:00:00Z'],
        ['url', '=https%3A%2F%2Fexample.com%2Frules'],
      ] as const)
        assert.equal(await found(type, query), 1, `${type}${query}`)
      for (const [type, query] of [
        ['text', '=pets%20only'],
        ['number', '[lt]=12.5'],
        ['date', '[gt]=2026-03-08'],
      ] as const)
        assert.equal(await found(type, query), 0, `${type}${query}`)
    })

    it('refuse a value that they cannot take', async () => {
      for (const path of [
        '/deals?pipeline_id=x',
        '/deals?status=asleep',
        '/processes?status=asleep',
        '/tasks?due_type=soon',
        '/tasks?step_ids[]=1',
        '/tasks?completed=perhaps',
        '/units?occupancy=Nobody',
        '/units?market_rent[gte]=much',
        '/processes?due_at[gte]=soon',
        `/properties?custom_fields[${world().keys.property?.number}]=many`,
      ])
        problemOf(await api.get(path), 400, 'invalid_parameter')
    })

    it('of tasks know what is due when', async () => {
      const { mark, timeZone } = world()
      const noon = Temporal.Now.zonedDateTimeISO(timeZone).with({ hour: 12, minute: 0 })
      const due = async (days: number, more: object = {}): Promise<Fields> =>
        api.made('/tasks', {
          name: `${mark} due`,
          due_at: noon.add({ days }).toInstant().toString(),
          ...more,
        })
      const made = {
        overdue: await due(-1),
        today: await due(0),
        upcoming: await due(1),
        completed: await due(-1, { completed_at: '2026-01-01T00:00:00Z' }),
      }
      const all = ids(Object.values(made)).join()
      for (const [type, task] of Object.entries(made))
        assert.deepEqual(ids(await api.list(`/tasks?id=${all}&due_type=${type}`)), [task.id], type)
      assert.deepEqual(ids(await api.list(`/tasks?id=${all}&completed=true`)), [made.completed.id])
      assert.equal((await api.list(`/tasks?id=${all}&completed=false`)).length, 3)
    })

    it('of processes know the statuses of stages, and open, active and closed', async () => {
      const { one, mark } = world()
      const type = `/process_types/${one.process_types?.id}`
      const made: Record<string, string> = {}
      for (const status of ['backlog', 'working', 'completed', 'canceled']) {
        const { id } = await api.made(`${type}/stages`, { name: `${mark} ${status}`, status })
        const process = { process_type_id: one.process_types?.id, stage_id: id, name: `${mark} ${status}` }
        made[status] = (await api.made('/processes', { process })).id
      }
      const seen = async (query: string) =>
        ids(await api.list(`${type}/processes?id=${Object.values(made).join()}&${query}`))
      for (const [status, id] of Object.entries(made)) assert.deepEqual(await seen(`status=${status}`), [id])
      assert.deepEqual(await seen('status=open'), [made.backlog, made.working])
      assert.deepEqual(await seen('status=active'), [made.working])
      assert.deepEqual(await seen('status=closed'), [made.completed, made.canceled])
      assert.deepEqual(await seen('status[]=backlog&status[]=completed'), [made.backlog, made.completed])
    })
  })
}

import assert from 'node:assert/strict'
import { type Api, type Fields, ids } from './api.ts'
import { resourceAt } from './shapes/index.ts'
import type { World } from './world.ts'

/** A list of the API: found in its document, so that one that is added later is tried as well. */
export interface List {
  /** With the ids of records in place of its parameters. */
  path: string
  /** As in the document: `/pipelines/{id}/stages`. */
  template: string
  resource: string
  /** Whether it stands under a parent; what it does with the records is then known from the list itself. */
  isNested: boolean
  /** The names of its query parameters. */
  parameters: ReadonlySet<string>
  /** What `order_field` takes. */
  sortable: readonly string[]
}

interface Parameter {
  $ref?: string
  name?: string
  in?: string
  schema?: { enum?: string[] }
}

interface Document {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>
  components: { parameters?: Record<string, Parameter> }
}

const anyId = '00000000-0000-0000-0000-000000000000'

/** Lists that are made otherwise than from records: they take `page` and `per_page` alone. */
const madeOtherwise = [/\/history$/, /\/messages$/, /^\/reports\//, /^\/event_types$/]

/** Every list of records. @throws AssertionError for one that takes a page but not what every list takes. */
export async function listsOf(api: Api, world: World): Promise<List[]> {
  const document = await documentOf(api)
  const lists: List[] = []
  for (const [template, { get }] of Object.entries(document.paths)) {
    const parameters = (get?.parameters ?? []).map((parameter) => resolved(document, parameter))
    const query = parameters.filter((parameter) => parameter.in === 'query')
    const names = new Set(query.flatMap(({ name }) => name ?? []))
    if (!names.has('page') || madeOtherwise.some((known) => known.test(template))) continue
    assert.ok(names.has('updated_since'), `${template} takes no updated_since`)
    const resource = resourceAt(template.replace(/\{\w+\}/g, anyId)) ?? ''
    lists.push({
      path: await pathOf(api, world, template),
      template,
      resource,
      isNested: template !== `/${resource}`,
      parameters: names,
      sortable: query.find(({ name }) => name === 'order_field')?.schema?.enum ?? [],
    })
  }
  assert.ok(lists.length > 20, 'the document names its lists')
  return lists
}

export async function documentOf(api: Api): Promise<Document> {
  const answer = await api.get('/openapi.json', { authorization: null })
  assert.equal(answer.status, 200)
  return answer.body as Document
}

/** Two records of a list where the world has them, else its first ones. */
export async function twoOf(api: Api, world: World, list: List): Promise<Fields[]> {
  const known = [world.one[list.resource], world.another[list.resource]].filter((one) => one !== undefined)
  if (known.length === 0) return api.list(`${list.path}?per_page=2`)
  return api.list(`${list.path}?id=${ids(known).join()}`)
}

function resolved({ components }: Document, parameter: Parameter): Parameter {
  const name = parameter.$ref?.split('/').at(-1)
  return name === undefined ? parameter : (components.parameters?.[name] ?? {})
}

/** Parents that the world does without until a list stands under them. */
const parents: Readonly<Record<string, (world: World) => Record<string, unknown>>> = {
  conversations: ({ mark }) => ({
    kind: 'phone',
    inbox: '+15550104400',
    participant: '+15550104499',
    subject: `${mark} conversation`,
  }),
  // Paused, so that nothing leaves the server.
  webhook_subscriptions: ({ mark }) => ({
    event_name: 'contact.created',
    target_url: 'https://hooks.example.com/conformance',
    description: mark,
    status: 'paused',
  }),
}

/** Puts the world's records into a path; of a resource that it does not have, the first of the list. */
async function pathOf(api: Api, world: World, template: string): Promise<string> {
  let path = ''
  for (const segment of template.split('/').slice(1)) {
    path += /^\{/.test(segment) ? `/${await idFor(api, world, path)}` : `/${segment}`
  }
  return path
}

async function idFor(api: Api, world: World, listPath: string): Promise<string> {
  const resource = resourceAt(listPath) ?? ''
  const needed = parents[resource]
  if (needed) world.one[resource] ??= await api.made(listPath, needed(world))
  const known = world.one[resource]
  if (known) return known.id
  const [first] = await api.list(`${listPath}?per_page=1`)
  assert.ok(first, `${listPath} holds a record to look under`)
  return first.id
}

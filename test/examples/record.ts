import assert from 'node:assert/strict'
import { exampleId } from '../../server/reference/example-ids.ts'
import { exampleRequest, resourceOf } from '../../server/reference/example-requests.ts'
import type { Json, JsonObject } from '../../server/reference/openapi.types.ts'
import { operations, resources } from '../../server/resources/operations.ts'
import type { Operation } from '../../server/rest/operation.ts'
import { canonicalForm } from './canonical.ts'
import { chooseRecords } from './chosen-records.ts'
import { type Answered, type DemoServer, startDemo } from './demo-server.ts'

/** What the operations answered, by their ids and by status. */
export type Recorded = Record<string, Record<string, Json>>

/**
 * Sends the example request of every operation to the demo company and returns the answers. What a request
 * creates goes again and what it deletes comes back, so that each finds the company as a reader would.
 */
export async function recordExamples(storage: { directory: string; url: string | null }): Promise<Recorded> {
  const demo = await startDemo(storage)
  try {
    const recorder = await createRecorder(demo)
    for (const operation of inOrder) await recorder.record(operation)
    return recorder.recorded
  } finally {
    await demo.stop()
  }
}

/** The operations are read here; none of them runs. */
const all = operations(() => Promise.reject(new Error('not called')))
const methods: Operation['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const inOrder = all.toSorted((one, other) => methods.indexOf(one.method) - methods.indexOf(other.method))

async function createRecorder(demo: DemoServer) {
  const chosen = await chooseRecords(demo, resources)
  const real = new Map([...chosen].map(([name, id]) => [exampleId(name), id]))
  const canonical = canonicalForm(
    new Map([...chosen].map(([name, id]) => [id, exampleId(name)])),
    demo.receiverUrl,
  )
  const recorded: Recorded = {}
  return { recorded, record }

  async function record(operation: Operation): Promise<void> {
    if (isDeletion(operation)) return deleteAndRestore(operation)
    if (isUpsert(operation)) return upsertAndRead(operation)
    // These two were recorded with the deletion and the upsert.
    if (isRestoration(operation) || isExternal(operation)) return
    if (operation.method === 'PUT' && (await isRefused(operation)))
      return withFreshRecord(operation, () => ask(operation))
    const answered = await ask(operation)
    if (operation.id === 'createDeal') await ask(operation, withoutDuplicates)
    if (operation.method === 'POST' && answered.status === 201 && !isOfLog(operation))
      await remove(operation, answered.location)
  }

  /** A second time the record is there already, which is answered by another status. */
  async function upsertAndRead(operation: Operation): Promise<void> {
    const made = await ask(operation)
    await ask(operation)
    await ask(twin(({ method, path }) => method === 'GET' && path === operation.path))
    await remove(operation, made.location)
  }

  async function deleteAndRestore(operation: Operation): Promise<void> {
    const restoration = twin(({ path }) => path === `/${nameOf(operation)}/{id}/restore`)
    const both = async () => {
      await ask(operation)
      await ask(restoration)
    }
    if (await isRefused(operation)) return withFreshRecord(operation, both)
    await send(restoration)
    await both()
  }

  /** What others need cannot be deleted or replaced. */
  async function isRefused(operation: Operation): Promise<boolean> {
    return (await send(operation)).status === 409
  }

  /** Lets the example be about a record that was made for it. */
  async function withFreshRecord(operation: Operation, work: () => Promise<unknown>): Promise<void> {
    const name = nameOf(operation)
    const known = real.get(exampleId(name)) ?? ''
    const made = await send(twin(({ method, path }) => method === 'POST' && path === `/${name}`))
    real.set(exampleId(name), idIn(made))
    await work()
    await remove(operation, made.location)
    real.set(exampleId(name), known)
  }

  async function ask(operation: Operation, change = (body: Json) => body): Promise<Answered> {
    const answered = await send(operation, change)
    const { status, text } = answered
    const where = `${operation.id} ${exampleRequest(operation, resources).path} → ${status} ${text}`
    const shape = operation.responses.find((known) => known.status === status)
    assert.ok(shape, where)
    if (text === '') return answered
    const example = shape.mediaType === undefined ? JSON.parse(canonical(text)) : firstLines(canonical(text))
    recorded[operation.id] = { ...recorded[operation.id], [status]: example }
    return answered
  }

  function send(operation: Operation, change = (body: Json) => body): Promise<Answered> {
    const { path, body, file } = exampleRequest(operation, resources)
    const text = body === null ? null : withRealIds(JSON.stringify(change(body)))
    const sent = file === null ? text : formWith(file, JSON.parse(text ?? '{}'))
    return demo.send(operation.method, withRealIds(path), sent)
  }

  async function remove(operation: Operation, path: string | null): Promise<void> {
    assert.ok(path, `${operation.id} does not say where what it made is`)
    const { status, text } = await demo.send('DELETE', path)
    assert.equal(status, 204, `${operation.id}: what it made cannot be deleted: ${text}`)
  }

  function withRealIds(text: string): string {
    return [...real].reduce((changed, [example, id]) => changed.replaceAll(example, id), text)
  }
}

const isExternal = ({ path }: Operation) => path.includes('/by_external_id/')
const isUpsert = (operation: Operation) => isExternal(operation) && operation.method === 'PUT'
/** A delivery stays in the log of deliveries. */
const isOfLog = ({ path }: Operation) => /\/(test|redeliver)$/.test(path)
const isDeletion = ({ method, path }: Operation) => method === 'DELETE' && path.endsWith('}')
const isRestoration = ({ path }: Operation) => path.endsWith('/restore')

function twin(matches: (operation: Operation) => boolean): Operation {
  const found = all.find(matches)
  assert.ok(found)
  return found
}

function nameOf(operation: Operation): string {
  return resourceOf(operation, resources)?.name ?? ''
}

/** A form with a small file, as the samples send one. */
function formWith(part: string, fields: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) if (name !== part) form.set(name, String(value))
  form.set(part, new File(['Dear tenant,\n'], 'letter.txt'))
  return form
}

function withoutDuplicates(body: Json): Json {
  const given = body as { deal: JsonObject }
  return { ...given, deal: { ...given.deal, accept_duplicates: false } }
}

function idIn({ status, text }: Answered): string {
  assert.equal(status, 201, text)
  return JSON.parse(text).data.id
}

/** A streamed text is shown by its beginning. */
function firstLines(text: string): string {
  return text
    .split(/(?<=\n)/)
    .slice(0, 2)
    .join('')
}

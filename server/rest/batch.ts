import Type from 'typebox'
import { ApiError, type Problem, problemBody } from '../errors/api-error.ts'
import type { Answer } from './answer.ts'
import type { InnerRequest, Operation, Reply, RunInner } from './operation.ts'
import { inputOf } from './replies.ts'

/** How many operations a batch takes (`contract.md` §1). */
export const mostOperations = 100

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const headersSchema = Type.Record(Type.String(), Type.String())

const operationSchema = Type.Object({
  method: Type.String({ enum: [...methods], description: 'The method of the operation.' }),
  path: Type.String({ description: 'Its path with its query, with or without `/rest` in front.' }),
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Its fields.' })),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: '`If-Match`, `Prefer` and `Idempotency-Key` of the operation.',
    }),
  ),
})

const resultSchema = Type.Object(
  {
    status: Type.Integer(),
    body: Type.Unknown({ description: 'As it is answered over HTTP; null where there is none.' }),
    headers: headersSchema,
  },
  { additionalProperties: false },
)

/** `POST /batch`: up to a hundred operations in one request, each as over HTTP. */
export const batch: Operation = {
  id: 'runBatch',
  method: 'POST',
  path: '/batch',
  tag: 'Batch',
  summary: 'Run up to 100 operations',
  description:
    'Runs them one after the other, each as if it had been sent alone, and answers in their order. With `atomic` all run in one transaction: the first that fails undoes everything, and its error is the answer.',
  parameters: [],
  body: {
    schema: Type.Object({
      operations: Type.Array(operationSchema, { minItems: 1, maxItems: mostOperations }),
      atomic: Type.Optional(Type.Boolean({ default: false })),
    }),
    wrapper: 'batch',
    example: {
      operations: [
        { method: 'POST', path: '/tags', body: { name: 'spring' } },
        { method: 'GET', path: '/tags?name=spring' },
      ],
      atomic: false,
    },
  },
  responses: [
    {
      status: 200,
      description: 'The answers, in the order of the operations.',
      schema: Type.Object({ data: Type.Array(resultSchema) }, { additionalProperties: false }),
    },
  ],
  access: 'write',
  // Each of its operations has a need of its own.
  need: null,
  runsOthers: true,
  async handle(call) {
    const { operations, atomic, ...others } = inputOf({ singular: 'batch', wrapped: false }, call.body).fields
    for (const name of Object.keys(others)) call.ignored.add(name)
    const requests = requestsIn(operations)
    const isAtomic = flagIn(atomic)
    // The batch itself has been counted as the first of them.
    await call.spendRequests(requests.length - 1)
    if (isAtomic) return call.together((run) => runAll(requests, run, refuseAt))
    return runAll(requests, call.run, (error) => failed(error, call.requestId))
  },
}

async function runAll(
  requests: readonly InnerRequest[],
  run: RunInner,
  onError: (error: ApiError, at: number) => Result,
): Promise<Reply> {
  const data: Result[] = []
  let records = 0
  let holdsSecret = false
  for (const [at, request] of requests.entries()) {
    try {
      const outcome = await run(request, at)
      data.push(resultOf(outcome.answer))
      records += outcome.reply?.records ?? 0
      holdsSecret ||= outcome.answer.holdsSecret === true
    } catch (error) {
      // A fault of the server ends the batch; with a key, what was done is not done again.
      if (!(error instanceof ApiError)) throw error
      data.push(onError(error, at))
    }
  }
  return { status: 200, body: { data }, records, holdsSecret }
}

interface Result {
  status: number
  body: unknown
  headers: Record<string, string>
}

function resultOf({ status, headers, text }: Answer): Result {
  const { 'content-type': _, 'cache-control': __, ...own } = headers
  return { status, body: text === null ? null : JSON.parse(text), headers: own }
}

function failed(error: ApiError, requestId: string): Result {
  return { status: error.status, body: problemBody(error, requestId), headers: error.headers }
}

/** Names the operation that failed. What was written before it is undone with the transaction. */
function refuseAt(error: ApiError, at: number): never {
  const where = `operations[${at}]`
  const inner = error.problems.map(
    (problem): Problem => ({
      ...problem,
      param: problem.param === null ? where : `${where}.${problem.param}`,
    }),
  )
  throw new ApiError(error.code, `${where}: ${error.message}; nothing of the batch was written`, {
    problems: [{ code: 'batch_failed', param: where, message: `${where} failed` }, ...inner],
    headers: error.headers,
  })
}

function flagIn(value: unknown): boolean {
  if (value === undefined || value === false || value === 'false') return false
  if (value === true || value === 'true') return true
  throw new ApiError('invalid_field', 'atomic must be true or false', { param: 'atomic' })
}

function requestsIn(operations: unknown): InnerRequest[] {
  if (operations === undefined) throw bad('operations is missing', 'operations', 'missing_field')
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > mostOperations)
    throw bad(`operations must be a list of 1 to ${mostOperations} operations`, 'operations')
  return operations.map((given: unknown, at) => requestIn(given, `operations[${at}]`))
}

function requestIn(given: unknown, where: string): InnerRequest {
  if (!isObject(given)) throw bad(`${where} must be an object`, where)
  const method = methods.find((known) => known === String(given.method).toUpperCase())
  if (!method) throw bad(`${where}.method must be one of ${methods.join(', ')}`, `${where}.method`)
  if (typeof given.path !== 'string' || !given.path.startsWith('/'))
    throw bad(`${where}.path must be a path such as /contacts`, `${where}.path`)
  const body = given.body ?? {}
  if (!isObject(body)) throw bad(`${where}.body must be an object of fields`, `${where}.body`)
  const sent = given.headers ?? {}
  if (!isObject(sent)) throw bad(`${where}.headers must be an object of texts`, `${where}.headers`)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value !== 'string') throw bad(`${where}.headers.${name} must be a text`, `${where}.headers`)
    headers[name.toLowerCase()] = value
  }
  return { method, path: given.path.replace(/^\/rest(\/v1)?(?=\/)/, ''), body, headers }
}

function bad(message: string, param: string, code: 'invalid_field' | 'missing_field' = 'invalid_field') {
  return new ApiError(code, message, { param })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { fileTooLarge, type Spool, type SpooledFile } from '../files/spool.ts'
import type { BodyShape } from './operation.ts'
import { nest, parseForm } from './rack-form.ts'
import { readOn } from './read-on.ts'

export const largestBody = 1_048_576
const deepest = 16
const mostParts = 2_000

/** Reads JSON, urlencoded and multipart bodies, each strictly (`contract.md` §1). */
export async function readBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, bytes: Buffer) => parseJson(decode(bytes)),
  )
  app.addContentTypeParser(
    /^application\/[\w.-]+\+json$/,
    { parseAs: 'buffer' },
    async (_: FastifyRequest, bytes: Buffer) => parseJson(decode(bytes)),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, bytes: Buffer) => parseForm(decode(bytes)),
  )
  await app.register(multipart, {
    limits: { fields: mostParts, files: 10, parts: mostParts, fieldSize: largestBody, fileSize: largestBody },
  })
}

/** What a body may hold beside its fields. */
export interface Uploading {
  /** What the operation takes; its `file` says whether and where it takes a file. */
  shape: BodyShape | undefined
  spool: Pick<Spool, 'receive'>
  /** Bytes of the largest file. */
  largest: number
  /** Collects the files that were taken in, also when the body turns out to be broken later on. */
  uploads: SpooledFile[]
}

/**
 * The fields that a request carries.
 * @throws ApiError invalid_body when it is something else than fields, and for a broken multipart body.
 */
export async function bodyOf(
  request: FastifyRequest,
  ignored: Set<string>,
  uploading: Uploading,
): Promise<Record<string, unknown>> {
  const body = request.isMultipart() ? await multipartFields(request, ignored, uploading) : request.body
  if (body === undefined || body === null) return {}
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new ApiError('invalid_body', 'The body must be an object of fields, such as {"first_name": "Rosa"}')
  }
  return body as Record<string, unknown>
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ApiError('invalid_utf8', 'The body holds bytes that are not UTF-8')
  }
}

function parseJson(text: string): unknown {
  // Some clients send the content type with every request, body or not.
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep()
    throw new ApiError('malformed_json', 'The body is not valid JSON')
  }
  refuseDepth(value)
  return value
}

/** Walks level by level, so that no depth of input can exhaust the stack. */
function refuseDepth(value: unknown): void {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw tooDeep()
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
}

function tooDeep(): ApiError {
  return new ApiError('body_too_deep', `The body nests deeper than ${deepest} levels`)
}

async function multipartFields(
  request: FastifyRequest,
  ignored: Set<string>,
  { shape, spool, largest, uploads }: Uploading,
): Promise<unknown> {
  const pairs: [string, string][] = []
  const files = new Map<string, SpooledFile>()
  const taken = shape?.file ? [shape.file, `${shape.wrapper}[${shape.file}]`] : []
  let left = largestBody
  try {
    if (taken.length > 0 && announcedBytes(request) > largest + largestBody) throw fileTooLarge(largest)
    // One byte more, so that a file that is too large is told from one that just fits.
    for await (const part of request.parts(taken.length > 0 ? { limits: { fileSize: largest + 1 } } : {})) {
      if (part.type === 'file' && taken.includes(part.fieldname)) {
        if (files.size > 0) throw secondFile(part.fieldname)
        const file = await spool.receive(part.file, part.filename ?? '')
        uploads.push(file)
        files.set(part.fieldname, file)
      } else if (part.type === 'file') {
        // Nobody takes it; it is read to its end so that the rest can follow.
        part.file.resume()
        ignored.add(part.fieldname)
      } else {
        const text = textOf(part.value)
        left -= Buffer.byteLength(text)
        if (left < 0 || part.valueTruncated) throw tooLarge()
        pairs.push([part.fieldname, text])
      }
    }
  } catch (error) {
    readOn(request.raw)
    throw multipartError(error)
  }
  const body: Record<string, unknown> = nest(pairs, { repeated: 'last' })
  for (const [name, file] of files) putFile(body, name, file, shape)
  return body
}

/** What the client says that it sends; nothing is known of a body that is sent in chunks. */
function announcedBytes(request: FastifyRequest): number {
  return Number(request.headers['content-length'] ?? 0)
}

/** Puts a file where its name says, beside the other fields: flat, or wrapped. */
function putFile(
  body: Record<string, unknown>,
  name: string,
  file: SpooledFile,
  shape: BodyShape | undefined,
): void {
  const { file: field = name, wrapper = '' } = shape ?? {}
  if (name === field) {
    body[field] = file
    return
  }
  const inner = body[wrapper] ?? {}
  if (typeof inner !== 'object' || Array.isArray(inner))
    throw new ApiError('malformed_form', `The field "${name}" contradicts another one`)
  body[wrapper] = { ...inner, [field]: file }
}

function secondFile(name: string): ApiError {
  return new ApiError('invalid_field', `${name} was sent more than once; upload one file a request`, {
    param: name,
  })
}

function tooLarge(): ApiError {
  return new ApiError('body_too_large', 'The body is larger than 1 MiB')
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.includes('\uFFFD')) throw new ApiError('invalid_utf8', 'A field holds bytes that are not UTF-8')
  return text
}

function multipartError(error: unknown): unknown {
  if (error instanceof ApiError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/LIMIT/.test(code))
    return new ApiError('too_many_values', 'The form has more fields, or larger ones, than are accepted')
  return new ApiError('malformed_form', 'The multipart body cannot be read')
}

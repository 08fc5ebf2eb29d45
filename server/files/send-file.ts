import { Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parse as parseRanges } from 'range-parser'
import { ApiError } from '../errors/api-error.ts'
import { closedPolicy } from '../security-headers.ts'
import type { Row } from '../storage/account-store.ts'
import type { ByteRange } from './content-store.ts'
import { sentType } from './content-type.ts'
import type { Files } from './files.ts'

/** A file on its way to a client. */
export interface SentFile {
  name: string
  size: number
  contentType: string
  /** Hexadecimal, of all its bytes. */
  sha256: string
  open(range: ByteRange | null): Promise<Readable>
}

/** The content of a row of `uploaded_files`. */
export function contentOf(row: Row, files: Pick<Files, 'open'>): SentFile {
  return {
    name: String(row.name),
    size: Number(row.size),
    contentType: String(row.content_type),
    sha256: String(row.sha256),
    open: (range) => files.open(String(row.content_id), range),
  }
}

/**
 * Sends a file, or the part that is asked for (RFC 9110 §14), always as an attachment: nothing in it can run
 * with the rights of this origin.
 * @throws ApiError range_not_satisfiable, and what opening it throws; nothing is sent then.
 */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: SentFile) {
  const etag = `"${file.sha256}"`
  const { headers } = request
  if (namesTag(headers['if-none-match'], etag)) {
    return reply.headers({ etag, 'cache-control': caching }).status(304).send()
  }
  const range = rangeIn(headers.range, [headers['if-range']].flat()[0], file.size, etag)
  // Fastify would say that nothing is as long as nothing; of a stream it leaves the length that is told.
  const stream = request.method === 'HEAD' ? Readable.from([]) : await file.open(range)
  reply.headers({
    etag,
    'cache-control': caching,
    'content-type': sentType(file.contentType),
    'content-length': range ? range.end - range.start + 1 : file.size,
    'content-disposition': contentDisposition(file.name),
    'content-security-policy': closedPolicy,
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  })
  if (range) reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
  return reply.send(stream)
}

/** A kept copy is asked about each time, so that a file that is gone is gone. */
const caching = 'private, no-cache'

function namesTag(header: string | undefined, etag: string): boolean {
  return (
    header?.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag) ?? false
  )
}

/** One part is sent as a part; several, or a header that cannot be read, mean the whole. */
function rangeIn(
  header: string | undefined,
  ifRange: string | undefined,
  size: number,
  etag: string,
): ByteRange | null {
  if (header === undefined || (ifRange !== undefined && ifRange !== etag)) return null
  const { type, code, ranges } = parseRanges(size, header)
  const [only] = ranges
  if (type !== 'bytes' || ranges.length > 1 || code & malformed) return null
  if (only) return only
  throw new ApiError('range_not_satisfiable', `The file has ${size} bytes; the range lies behind its end`, {
    headers: { 'content-range': `bytes */${size}` },
  })
}

/** The bit by which range-parser says that a part of the header is no range at all. */
const malformed = 1

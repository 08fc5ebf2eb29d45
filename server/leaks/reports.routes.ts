import { createHash, verify } from 'node:crypto'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { Exposure } from './exposure.ts'
import type { ScanningKeys } from './scanning-keys.ts'

const largestReport = 1_048_576
const mostMatches = 1_000

/**
 * `POST /api/secret-scanning/reports`: takes what a secret scanner has found, in the form that GitHub's secret
 * scanning partner programme documents. The signature over the body is the credential: ECDSA on P-256 with
 * SHA-256, by a key whose public half the scanner publishes. Answers which of the matches are keys of here.
 */
export function reportRoutes({
  keys,
  exposure,
}: {
  keys: ScanningKeys
  exposure: Exposure
}): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: largestReport },
      async (_: unknown, body: Buffer) => body,
    )
    app.post('/api/secret-scanning/reports', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await requireSignature(request, body, keys)
      const answers: Feedback[] = []
      for (const match of matchesIn(body)) {
        const found = await exposure.found(match.token, {
          words: placeOf(match),
          address: request.ip,
          requestId: request.id,
        })
        answers.push({
          token_hash: createHash('sha256').update(match.token).digest('hex'),
          token_type: match.type,
          label: found ? 'true_positive' : 'false_positive',
        })
      }
      return reply.header('cache-control', 'no-store').send(answers)
    })
  }
}

interface Match {
  token: string
  type: string
  url: string
  source: string
}

/** The token stays out of it: whoever reads the answer should not learn a key from it. */
interface Feedback {
  token_hash: string
  token_type: string
  label: 'true_positive' | 'false_positive'
}

/** @throws ApiError invalid_signature, unavailable */
async function requireSignature(request: FastifyRequest, body: Buffer, keys: ScanningKeys): Promise<void> {
  const id = request.headers['github-public-key-identifier']
  const signature = request.headers['github-public-key-signature']
  if (
    typeof id === 'string' &&
    typeof signature === 'string' &&
    id.length <= 200 &&
    signature.length <= 200
  ) {
    const key = await keys.find(id)
    if (key && verify('sha256', body, key, Buffer.from(signature, 'base64'))) return
  }
  throw new ApiError('invalid_signature', 'The report is not signed by the secret scanner')
}

/** @throws ApiError invalid_body */
function matchesIn(body: Buffer): Match[] {
  const parsed = parse(body)
  if (!Array.isArray(parsed)) throw new ApiError('invalid_body', 'Send an array of matches')
  if (parsed.length > mostMatches) {
    throw new ApiError('invalid_body', `Send at most ${mostMatches} matches at once`)
  }
  return parsed.map((one) => {
    const given = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
    const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '')
    return { token: text('token'), type: text('type'), url: text('url'), source: text('source') }
  })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new ApiError('malformed_json', 'The body is not valid JSON')
  }
}

/** "by a secret scanner in a public place (content), at https://…", without the key where it stands in the address. */
function placeOf({ token, url, source }: Match): string {
  const kind = source ? ` (${shown(source, 60)})` : ''
  const address = url ? `, at ${shown(url.replaceAll(token, '[the key]'), 500)}` : ''
  return `by a secret scanner in a public place${kind}${address}`
}

/** One line, for mails. */
function shown(text: string, most: number): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').slice(0, most)
}

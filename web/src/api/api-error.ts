export interface FieldProblem {
  code: string
  param: string
  message: string
}

/** An answer that is not a success. `message` is a sentence for the person, `code` is for programs. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly fields: FieldProblem[]
  readonly requestId: string | null

  constructor(known: {
    status: number
    code: string
    message: string
    fields?: FieldProblem[]
    requestId?: string | null
  }) {
    super(known.message)
    this.status = known.status
    this.code = known.code
    this.fields = known.fields ?? []
    this.requestId = known.requestId ?? null
  }
}

export function unreachable() {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    message: 'The server cannot be reached. Check your connection and try again.',
  })
}

/** The sentence to show for whatever was thrown. */
export function sentenceFor(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong. Try again in a moment.'
}

/** Nobody needs to hear that a dialog they closed was closed. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'recent_sign_in_required'
}

/** Reads both the problem documents of the server and the `{code, message}` of the sign-in endpoints. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const body = await readObject(response)
  const code = typeof body.code === 'string' ? body.code : `http_${response.status}`
  return new ApiError({
    status: response.status,
    code,
    message:
      signInSentence(code, response) ??
      text(body.error) ??
      text(body.message) ??
      plainSentence(response.status),
    fields: Array.isArray(body.errors) ? body.errors.filter(isFieldProblem) : [],
    requestId: text(body.request_id) ?? response.headers.get('x-request-id'),
  })
}

function signInSentence(code: string, response: Response): string | undefined {
  if (code === 'INVALID_EMAIL_OR_PASSWORD')
    return 'This e-mail and password do not match. Check both and try again.'
  if (code === 'INVALID_PASSWORD') return 'This is not your current password.'
  if (code === 'INVALID_TOKEN') return 'This link has expired or was already used.'
  if (response.status !== 429) return undefined
  const seconds = Number(response.headers.get('x-retry-after') ?? response.headers.get('retry-after'))
  return seconds > 0
    ? `Too many attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
    : 'Too many attempts. Wait a minute and try again.'
}

function plainSentence(status: number): string {
  if (status === 403) return 'You may not do this.'
  if (status === 404) return 'This was not found.'
  if (status >= 500) return 'The server had a problem. Try again in a moment.'
  return 'The server did not accept this.'
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'param' in value &&
    typeof value.param === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  )
}

import { ApiError } from '../errors/api-error.ts'

/**
 * What a client is told when bytes cannot be kept or read. The reason is what the storage said; it holds no
 * path, address or secret.
 */
export function diskError(error: unknown): unknown {
  // What the file system says names the call; a client that goes away does not.
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  const code = String(error.code)
  if (code === 'ENOENT') return contentMissing()
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new ApiError(
      'storage_full',
      'The server has no room for the file; nothing was kept. Whoever runs it has to make room',
    )
  }
  return unreachable(`${code} in the data directory`)
}

/** The storage cannot be reached, or does not work at the moment. */
export function unreachable(reason: string): ApiError {
  return new ApiError(
    'storage_unavailable',
    `The file storage does not work (${reason}); try again shortly`,
    {
      headers: { 'retry-after': '5' },
    },
  )
}

/** The storage answers, and says no: trying again does not help. */
export function refused(reason: string): ApiError {
  return new ApiError(
    'storage_refused',
    `The file storage refused the request (${reason}); whoever runs this server has to check FILES_URL`,
  )
}

/** A record whose bytes are gone, as after a backup that did not hold them. */
export function contentMissing(): ApiError {
  return new ApiError(
    'content_missing',
    'The content of the file is not in the file storage; whoever runs this server has to bring it back from a backup',
  )
}

import { ApiError } from '../errors/api-error.ts'

export function accessAlreadyEnabled(): ApiError {
  return new ApiError('access_already_enabled', 'REST API access is already enabled.')
}

export function accessNotEnabled(): ApiError {
  return new ApiError('access_not_enabled', 'REST API access is not enabled.')
}

export function keyUnreadable(): ApiError {
  return new ApiError(
    'key_unreadable',
    'This key was stored under another server secret and cannot be shown. It still works; rotate it to get a new one.',
  )
}

export function tooManyKeys(most: number): ApiError {
  return new ApiError('too_many_keys', `An account has ${most} keys at most; revoke one first.`)
}

import { MutationCache, QueryClient } from '@tanstack/react-query'
import { tellFailure } from '../shell/toasts.ts'
import { ApiError, isGivenUp } from './api-error.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: shouldRetry },
    mutations: { gcTime: 0 },
  },
  mutationCache: new MutationCache({
    onError(error, _variables, _context, mutation) {
      if (mutation.meta?.shownAtForm || isGivenUp(error)) return
      tellFailure(error)
    },
  }),
})

function shouldRetry(failures: number, error: Error): boolean {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false
  return failures < 1
}

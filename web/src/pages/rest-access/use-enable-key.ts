import { useMutation } from '@tanstack/react-query'
import type { RestKey } from '../../api/rest-access.ts'
import { enableKey } from '../../api/rest-keys.ts'
import { tell } from '../../shell/toasts.ts'

export function useEnableKey(restKey: RestKey) {
  return useMutation({
    mutationFn: () => enableKey(restKey.id),
    onSuccess: ({ status }) => tell(status === 'expired' ? 'Key enabled, but it has expired' : 'Key enabled'),
  })
}

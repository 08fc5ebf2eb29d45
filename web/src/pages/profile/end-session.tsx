import { useMutation } from '@tanstack/react-query'
import { queryClient } from '../../api/query-client.ts'
import { endSession, type SignedInDevice, sessionsQuery } from '../../api/sessions.ts'
import { deviceInWords } from '../../format/device.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { tell } from '../../shell/toasts.ts'

export function EndSession({ session }: { session: SignedInDevice }) {
  const device = deviceInWords(session.user_agent)
  const ending = useMutation({
    mutationFn: () => endSession(session.id),
    async onSuccess() {
      tell(`${device} is signed out`)
      await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  return (
    <ActButton
      variant="subtle"
      size="compact-sm"
      fw={500}
      loading={ending.isPending}
      onClick={() => ending.mutate()}
      aria-label={`Sign out ${device} at ${session.address ?? 'an unknown address'}`}
    >
      Sign out
    </ActButton>
  )
}

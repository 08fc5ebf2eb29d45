import { Switch } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { updateRestSettings } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { tell } from '../../shell/toasts.ts'

export function ExposedKeysCard({ isRevoking }: { isRevoking: boolean }) {
  const switching = useMutation({
    mutationFn: (revoke_exposed_keys: boolean) => updateRestSettings({ revoke_exposed_keys }),
    onSuccess(_, wanted) {
      tell(wanted ? 'Exposed keys are revoked from now on' : 'Exposed keys are only told of')
    },
  })
  return (
    <Card
      title="When a key leaks"
      explanation="A key that a secret scanner finds in public, or that is sent in an address, is marked here, and all admins get a mail."
    >
      <Switch
        label="Also revoke it at once"
        description="Whatever uses the key is refused from then on, until it gets a new one."
        checked={switching.isPending ? switching.variables : isRevoking}
        disabled={switching.isPending}
        onChange={(event) => switching.mutate(event.currentTarget.checked)}
      />
    </Card>
  )
}

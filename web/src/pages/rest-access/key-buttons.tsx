import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { type RestKey, rotateKey } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { DisableDialog } from './disable-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { useEnableKey } from './use-enable-key.ts'

interface KeyButtonsProps {
  restKey: RestKey
  onRotated: (secret: string) => void
}

/** What can be done with the main key beside copying it. It ends with the access itself. */
export function KeyButtons({ restKey, onRotated }: KeyButtonsProps) {
  const [asked, setAsked] = useState<'rotate' | 'disable' | null>(null)
  const enabling = useEnableKey(restKey)
  const close = () => setAsked(null)
  return (
    <Group justify="flex-end" gap={4}>
      <ActButton
        variant="subtle"
        px="sm"
        loading={enabling.isPending}
        onClick={() => (restKey.disabled_at ? enabling.mutate() : setAsked('disable'))}
      >
        {restKey.disabled_at ? 'Enable' : 'Disable'}
      </ActButton>
      <ButtonLink
        to="/settings/integrations/rest-api/keys/$id"
        params={{ id: restKey.id }}
        variant="subtle"
        px="sm"
      >
        Change
      </ButtonLink>
      <Button variant="default" onClick={() => setAsked('rotate')}>
        Rotate API key
      </Button>
      <RotateDialog
        restKey={restKey}
        opened={asked === 'rotate'}
        onClose={close}
        rotate={rotateKey}
        onRotated={onRotated}
      />
      <DisableDialog restKey={restKey} opened={asked === 'disable'} onClose={close} />
    </Group>
  )
}

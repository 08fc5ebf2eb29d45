import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import type { Invitation } from '../../api/invitations.ts'
import { formatDate } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { CopyLink } from './copy-link.tsx'

/** The link to hand over by hand, when the server could not mail it. */
export function InvitationLink({ invitation, onDone }: { invitation: Invitation; onDone: () => void }) {
  const zone = useSignedIn().account.time_zone
  return (
    <Stack>
      <Text size="sm" role="status">
        The invitation for {invitation.email} is ready, but it was not mailed. Copy the link and send it
        yourself. It works until {formatDate(invitation.expires_at, zone)}.
      </Text>
      <TextInput
        label="Invitation link"
        value={invitation.link}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
        <CopyLink link={invitation.link} prominent />
      </Group>
    </Stack>
  )
}

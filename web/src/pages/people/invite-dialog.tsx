import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { isEmail, useForm } from '@mantine/form'
import { useState } from 'react'
import { type Invitation, invitationsQuery, invite, type SentInvitation } from '../../api/invitations.ts'
import { queryClient } from '../../api/query-client.ts'
import type { Role } from '../../api/session.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'
import { InvitationLink } from './invitation-link.tsx'
import { roleExplanations } from './roles.ts'

export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [toHandOver, setToHandOver] = useState<Invitation | null>(null)

  function sent(invitation: SentInvitation) {
    queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
    if (!invitation.mailed) return setToHandOver(invitation)
    tell(`Invitation sent to ${invitation.email}`)
    onClose()
  }

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setToHandOver(null)}
      title={toHandOver ? 'Hand over the link' : 'Invite somebody'}
    >
      {toHandOver ? (
        <InvitationLink invitation={toHandOver} onDone={onClose} />
      ) : (
        <InviteForm onSent={sent} onCancel={onClose} />
      )}
    </Modal>
  )
}

function InviteForm({ onSent, onCancel }: { onSent: (sent: SentInvitation) => void; onCancel: () => void }) {
  const form = useForm<{ email: string; role: Role }>({
    mode: 'uncontrolled',
    initialValues: { email: '', role: 'member' },
    validate: { email: isEmail('Enter an e-mail address, like ana@example.com.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ email, role }) => invite({ email: email.trim(), role }),
    onDone: onSent,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          autoComplete="off"
          data-autofocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <Radio.Group label="Role" key={form.key('role')} {...form.getInputProps('role')}>
          <Stack gap="sm" mt="xs">
            <Radio value="member" label="Member" description={roleExplanations.member} />
            <Radio value="admin" label="Admin" description={roleExplanations.admin} />
          </Stack>
        </Radio.Group>
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <ActButton type="submit" loading={pending}>
            Send invitation
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}

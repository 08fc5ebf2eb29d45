import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Invitation, invitationsQuery } from '../../api/invitations.ts'
import { formatDate } from '../../format/times.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from '../../shell/table.module.css'
import { HandOverDialog } from './hand-over-dialog.tsx'
import { InvitationActs } from './invitation-acts.tsx'
import { roleNames } from './roles.ts'

export function PendingInvitations() {
  const invitations = useQuery(invitationsQuery)
  const [toHandOver, setToHandOver] = useState<Invitation | null>(null)
  return (
    <Card title="Pending invitations">
      <Loaded query={invitations} skeleton={<Skeleton h={44} />}>
        {(pending) =>
          pending.length > 0 ? (
            <InvitationTable invitations={pending} onNotMailed={setToHandOver} />
          ) : (
            <Text size="sm" c="dimmed">
              Nobody is invited at the moment. People whom you invite are listed here until they join.
            </Text>
          )
        }
      </Loaded>
      <HandOverDialog invitation={toHandOver} onClose={() => setToHandOver(null)} />
    </Card>
  )
}

interface InvitationTableProps {
  invitations: Invitation[]
  onNotMailed: (invitation: Invitation) => void
}

function InvitationTable({ invitations, onNotMailed }: InvitationTableProps) {
  const zone = useSignedIn().account.time_zone
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Pending invitations</caption>
      <thead>
        <tr>
          <th scope="col">E-mail</th>
          <th scope="col">Role</th>
          <th scope="col">Link</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {invitations.map((invitation) => (
          <tr key={invitation.id}>
            <th scope="row">{invitation.email}</th>
            <td>{roleNames[invitation.role]}</td>
            <td>
              {invitation.expired ? (
                <Text span size="sm" c="var(--mantine-color-error)">
                  Expired
                </Text>
              ) : (
                `Works until ${formatDate(invitation.expires_at, zone)}`
              )}
            </td>
            <td className={classes.acts}>
              <InvitationActs invitation={invitation} onNotMailed={onNotMailed} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import { Button, Divider, Skeleton, Stack } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ApiError } from '../../api/api-error.ts'
import { type InvitationPreview, previewQuery } from '../../api/invitations.ts'
import { sessionQuery } from '../../api/session.ts'
import { companySignInPath } from '../../api/sign-in.ts'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { AcceptAsYourself } from './accept-as-yourself.tsx'
import { ClosedInvitation } from './closed-invitation.tsx'
import { NewPersonForm } from './new-person-form.tsx'
import { SignInFirst } from './sign-in-first.tsx'
import { SomebodyElse } from './somebody-else.tsx'

export function InvitationPage() {
  const { id } = useParams({ from: '/invitations/$id' })
  const preview = useQuery(previewQuery(id))
  const notFound = preview.error instanceof ApiError && preview.error.status === 404
  const introduction = preview.data?.status === 'pending' ? invitingSentence(preview.data) : undefined
  return (
    <EntryPage title="Invitation" introduction={introduction}>
      {notFound ? (
        <ClosedInvitation state="not_found" />
      ) : (
        <Loaded query={preview} skeleton={<InvitationSkeleton />}>
          {(invitation) => <InvitationState id={id} invitation={invitation} />}
        </Loaded>
      )}
    </EntryPage>
  )
}

function InvitationState({ id, invitation }: { id: string; invitation: InvitationPreview }) {
  const { signed_in: signedIn, sign_in: ways } = useSuspenseQuery(sessionQuery).data
  const user = signedIn?.user
  if (invitation.status !== 'pending')
    return <ClosedInvitation state={invitation.status} invitation={invitation} />
  if (user && user.email.toLowerCase() !== invitation.email.toLowerCase()) {
    return <SomebodyElse id={id} signedInAs={user.email} invitedEmail={invitation.email} />
  }
  if (user) return <AcceptAsYourself id={id} invitation={invitation} />
  if (invitation.has_login) return <SignInFirst id={id} invitation={invitation} />
  return (
    <>
      {ways.password && <NewPersonForm id={id} invitation={invitation} />}
      {ways.password && ways.company && <Divider label="or" />}
      {ways.company && (
        <Button
          component="a"
          href={companySignInPath({ next: `/invitations/${id}` })}
          variant={ways.password ? 'default' : 'filled'}
        >
          Accept with {ways.company.name}
        </Button>
      )}
    </>
  )
}

function invitingSentence({ inviter_name, account_name, role, email }: InvitationPreview): string {
  const as = role === 'admin' ? 'an admin' : 'a member'
  return `${inviter_name} invites ${email} to join ${account_name} as ${as}.`
}

function InvitationSkeleton() {
  return (
    <Stack>
      <Skeleton h={20} w="80%" />
      <Skeleton h={36} />
      <Skeleton h={36} />
    </Stack>
  )
}

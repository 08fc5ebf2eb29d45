import { Button, Stack, Text } from '@mantine/core'
import { companySignInPath } from '../api/sign-in.ts'
import { ConfirmByPasskey } from './confirm-by-passkey.tsx'

interface ConfirmOtherwiseProps {
  hasPasskey: boolean
  company: { name: string } | null
  onDone: () => void
  onCancel: () => void
}

/** For who has no password here: a passkey, or the provider, from where they come back to this page. */
export function ConfirmOtherwise({ hasPasskey, company, onDone, onCancel }: ConfirmOtherwiseProps) {
  const next = `${window.location.pathname}${window.location.search}`
  return (
    <Stack>
      <Text size="sm">You signed in a while ago. {wayInWords({ hasPasskey, company })}</Text>
      {hasPasskey && <ConfirmByPasskey onDone={onDone} />}
      {company && (
        <Button
          component="a"
          href={companySignInPath({ next, again: true })}
          variant={hasPasskey ? 'default' : 'filled'}
        >
          Continue with {company.name}
        </Button>
      )}
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </Stack>
  )
}

function wayInWords({ hasPasskey, company }: Pick<ConfirmOtherwiseProps, 'hasPasskey' | 'company'>): string {
  if (hasPasskey) return 'Show that it is you to go on.'
  if (company) return `Sign in with ${company.name} again; you then come back to this page.`
  return 'You have no password here: sign out, and let “Forgot your password?” mail you a link to set one.'
}

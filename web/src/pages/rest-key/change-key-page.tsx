import { Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ManagedRestAccess, RestKey } from '../../api/rest-access.ts'
import { changeKey } from '../../api/rest-keys.ts'
import { Card } from '../../shell/card.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { tell } from '../../shell/toasts.ts'
import { KeyForm } from './key-form.tsx'
import { KeyFrame } from './key-frame.tsx'
import { changesOf } from './key-values.ts'

export function ChangeKeyPage() {
  const { id } = useParams({ from: '/shell/settings/integrations/rest-api/keys/$id' })
  return (
    <KeyFrame key={id} title="Change key">
      {(access) => {
        const existing = [access.key, ...access.keys].find((key) => key?.id === id)
        return existing ? <ChangeKey access={access} existing={existing} /> : <NoSuchKey />
      }}
    </KeyFrame>
  )
}

function ChangeKey({ access, existing }: { access: ManagedRestAccess; existing: RestKey }) {
  const navigate = useNavigate()
  return (
    <KeyForm
      access={access}
      existing={existing}
      verb="Save changes"
      send={(fields) => changeKey(existing.id, changesOf(fields, existing))}
      onDone={() => {
        tell('Key saved. It holds from the next request on.')
        navigate({ to: '/settings/integrations/rest-api' })
      }}
    />
  )
}

function NoSuchKey() {
  return (
    <Card title="There is no such key">
      <Text size="sm">
        It may have been revoked, or it belongs to another account.{' '}
        <AnchorLink to="/settings/integrations/rest-api" inherit>
          See all keys
        </AnchorLink>
      </Text>
    </Card>
  )
}

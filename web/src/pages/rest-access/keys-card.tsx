import { Group, List, Text } from '@mantine/core'
import { useRef } from 'react'
import type { ManagedRestAccess } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { KeysTable } from './keys-table.tsx'

const title = 'Keys for single integrations'

/** The named keys, beside the main one. */
export function KeysCard({ access }: { access: ManagedRestAccess }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const create = (
    <ButtonLink to="/settings/integrations/rest-api/keys/new" variant="default">
      Create a key
    </ButtonLink>
  )
  if (access.keys.length === 0) {
    return (
      <Card title={title} headingRef={heading}>
        <Text size="sm">Give each integration a key of its own, beside the one for your account:</Text>
        <List size="sm" spacing={6}>
          <List.Item>It can do only what that integration needs.</List.Item>
          <List.Item>You see what it is used for, and how much.</List.Item>
          <List.Item>You can rotate or end it without touching the others.</List.Item>
        </List>
        <Group>{create}</Group>
      </Card>
    )
  }
  return (
    <Card
      title={title}
      explanation="Each can do only what its integration needs, and can be ended without touching the others."
      headingRef={heading}
      action={create}
    >
      <KeysTable
        keys={access.keys}
        choices={access}
        // The row took the button that had the focus with it.
        onRevoked={() => heading.current?.focus()}
      />
    </Card>
  )
}

import { Text } from '@mantine/core'
import { EntryPage } from './entry-page.tsx'
import { ButtonLink } from './links.tsx'

export function NotFoundPage() {
  return (
    <EntryPage title="Page not found">
      <Text>There is nothing at this address. The link may be old, or mistyped.</Text>
      <ButtonLink to="/" variant="default">
        Go to the start
      </ButtonLink>
    </EntryPage>
  )
}

import { Button, Text } from '@mantine/core'
import { sentenceFor } from '../api/api-error.ts'
import { EntryPage } from './entry-page.tsx'

export function ErrorPage({ error }: { error: unknown }) {
  return (
    <EntryPage title="This page stopped working">
      <Text role="alert">{sentenceFor(error)}</Text>
      <Button onClick={() => window.location.reload()}>Reload</Button>
    </EntryPage>
  )
}

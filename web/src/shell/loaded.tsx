import { Alert, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { sentenceFor } from '../api/api-error.ts'
import { ActButton } from './act-button.tsx'

interface LoadedProps<Answer> {
  query: UseQueryResult<Answer>
  /** Takes the place of the content while it loads, and about its size. */
  skeleton: ReactNode
  children: (answer: Answer) => ReactNode
}

export function Loaded<Answer>({ query, skeleton, children }: LoadedProps<Answer>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Trouble error={query.error} retrying={query.isFetching} retry={retry} />
  return (
    <div aria-busy="true">
      <VisuallyHidden role="status">Loading</VisuallyHidden>
      {skeleton}
    </div>
  )

  /** The Retry button goes away with the trouble, so the heading takes its focus. */
  async function retry() {
    const { isSuccess } = await query.refetch()
    if (isSuccess) document.querySelector('h1')?.focus({ preventScroll: true })
  }
}

interface TroubleProps {
  error: unknown
  retrying: boolean
  retry: () => unknown
}

export function Trouble({ error, retrying, retry }: TroubleProps) {
  return (
    <Alert color="red" role="alert" icon={<IconAlertCircle aria-hidden />} title="This could not be loaded">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{sentenceFor(error)}</Text>
        <ActButton variant="default" size="xs" loading={retrying} onClick={() => retry()}>
          Retry
        </ActButton>
      </Stack>
    </Alert>
  )
}

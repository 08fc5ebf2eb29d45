import { Skeleton, Stack } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type EventType, eventTypesQuery } from '../../api/event-types.ts'
import { type SetUp, setUpQuery } from '../../api/set-up.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'

interface Parts {
  eventTypes: EventType[]
  setUp: SetUp
}

/** Loads what the form of a webhook lets choose from. */
export function FormParts({ children }: { children: (parts: Parts) => ReactNode }) {
  const [types, setUp] = useQueries({ queries: [eventTypesQuery, setUpQuery] })
  return (
    <Loaded query={types} skeleton={<FormSkeleton />}>
      {(eventTypes) => (
        <Loaded query={setUp} skeleton={<FormSkeleton />}>
          {(known) => children({ eventTypes, setUp: known })}
        </Loaded>
      )}
    </Loaded>
  )
}

export function FormSkeleton() {
  return (
    <Stack gap="lg">
      {[150, 140, 160].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={150} />
          <Skeleton h={height} maw={620} />
        </Card>
      ))}
    </Stack>
  )
}

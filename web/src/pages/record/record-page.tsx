import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type RecordFields, recordQuery } from '../../api/records.ts'
import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { customFieldsOf, ownFieldsOf, titleFor } from './fields.ts'
import { History } from './history.tsx'
import { humanise } from './humanise.ts'
import { isResource, type Resource, singular } from './resources.ts'
import { CustomValue, Value } from './value.tsx'

/** Where the `link` of a record leads: everything that the API says of it, to read. */
export function RecordPage() {
  const { resource, id } = useParams({ from: '/shell/$resource/$id' })
  // The route lets nothing else through; a name that changes hands must not show the fields of the last record.
  return isResource(resource) ? <KnownRecord key={`${resource}/${id}`} resource={resource} id={id} /> : null
}

function KnownRecord({ resource, id }: { resource: Resource; id: string }) {
  const record = useQuery(recordQuery(resource, id))
  const kind = singular[resource]
  const missing = isMissing(record.error)
  const title = missing ? `${kind} not found` : record.data ? titleFor(record.data, kind) : kind
  return (
    <Page title={title} documentTitle={title} crumbs={[{ label: humanise(resource) }]}>
      <Card>
        {missing ? (
          <Text size="sm">
            There is no {kind.toLowerCase()} at this address that you may see. It may have been deleted, it
            belongs to another account, or an admin has not opened it to you.
          </Text>
        ) : (
          <Loaded query={record} skeleton={<RecordSkeleton />}>
            {(fields) => <Facts facts={factsOf(fields)} />}
          </Loaded>
        )}
      </Card>
      {record.data && <CustomFields record={record.data} />}
      {record.data && <History resource={resource} id={id} />}
    </Page>
  )
}

function CustomFields({ record }: { record: RecordFields }) {
  const fields = customFieldsOf(record)
  if (fields.length === 0) return null
  return (
    <Card title="Custom fields">
      <Facts facts={fields.map((field) => [field.label, <CustomValue key={field.label} field={field} />])} />
    </Card>
  )
}

function factsOf(record: RecordFields): [string, ReactNode][] {
  return ownFieldsOf(record).map(([key, value]) => [
    humanise(key),
    <Value key={key} name={key} value={value} />,
  ])
}

/** An id that is no id at all is as missing as one that nobody has. */
function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400)
}

function RecordSkeleton() {
  return (
    <Stack gap="md">
      {['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].map((row) => (
        <Skeleton key={row} h={22} />
      ))}
    </Stack>
  )
}

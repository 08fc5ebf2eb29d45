import { Group, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { type Company, companyQuery, updateCompany } from '../../api/company.ts'
import { queryClient } from '../../api/query-client.ts'
import { sessionQuery } from '../../api/session.ts'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { TimeZoneField } from '../../shell/time-zone-field.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

export function CompanyPage() {
  const company = useQuery(companyQuery)
  const { role, account } = useSignedIn()
  const mayEdit = role === 'admin'
  return (
    <Page title="Company" crumbs={[{ label: 'Settings' }]}>
      <Card>
        <Loaded query={company} skeleton={<CompanySkeleton />}>
          {(known) => (
            <CompanyForm company={known} mayEdit={mayEdit} isSandbox={account.sandbox_of !== null} />
          )}
        </Loaded>
      </Card>
    </Page>
  )
}

interface CompanyFormProps {
  company: Company
  mayEdit: boolean
  /** A sandbox is named after its company. */
  isSandbox: boolean
}

function CompanyForm({ company, mayEdit, isSandbox }: CompanyFormProps) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: company.name, time_zone: company.time_zone },
    validate: { name: required('Enter the name of the company.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ name, time_zone }) => updateCompany(isSandbox ? { time_zone } : { name, time_zone }),
    onDone(saved) {
      queryClient.setQueryData(companyQuery.queryKey, saved)
      queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      tell('Company saved')
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        <TextInput
          label="Company name"
          autoComplete="organization"
          readOnly={!mayEdit || isSandbox}
          description={isSandbox ? 'A sandbox is named after its company.' : undefined}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <TimeZoneField
          current={company.time_zone}
          description="Dates and times are shown on this clock."
          readOnly={!mayEdit}
          key={form.key('time_zone')}
          {...form.getInputProps('time_zone')}
        />
        <Failure message={failure} />
        {mayEdit ? (
          <Group>
            <ActButton type="submit" loading={pending}>
              Save
            </ActButton>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            Only account admins can change these.
          </Text>
        )}
      </Stack>
    </form>
  )
}

function CompanySkeleton() {
  return (
    <Stack maw={420}>
      <Skeleton h={61} />
      <Skeleton h={82} />
      <Skeleton h={36} w={75} />
    </Stack>
  )
}

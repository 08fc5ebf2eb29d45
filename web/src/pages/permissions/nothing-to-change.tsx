import { Text } from '@mantine/core'
import type { Person } from '../../api/people.ts'
import { Card } from '../../shell/card.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'

/** Says why there is nothing to change for this person here. */
export function NothingToChange({ person }: { person: Person }) {
  const { sandbox_of: company } = useSignedIn().account
  return (
    <Card title="There is nothing to change here">
      <Text size="sm">
        {reasonFor(person, company)}{' '}
        <AnchorLink to="/settings/people" inherit underline="always">
          See all people
        </AnchorLink>
      </Text>
    </Card>
  )
}

function reasonFor({ name, you }: Person, company: { name: string } | null): string {
  if (you) return 'You are an admin, so you see and do everything. Nobody changes their own permissions.'
  if (company) return `In a sandbox people may do what they may in their company, ${company.name}.`
  return `${name} is an admin, and admins see and do everything. Make them a member first to narrow that.`
}

import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { placesQuery } from '../../api/choices.ts'
import type { Permissions } from '../../api/permissions.ts'
import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { rightsInWords } from './rights-in-words.ts'

/** What an admin has opened to a member; nothing for an admin, who may do everything. */
export function OwnPermissions() {
  const { permissions } = useSignedIn()
  const places = useQuery({ ...placesQuery, enabled: permissions !== null && isNaming(permissions) })
  if (!permissions) return null
  const { pipelines = [], processTypes = [] } = places.data ?? {}
  return (
    <Card title="What you may see and do" explanation="An admin decides it. Ask one if something is missing.">
      {places.isLoading ? (
        <Skeleton h={120} />
      ) : (
        <Facts
          facts={[
            ...rightsInWords('pipelines', permissions.pipelines, pipelines),
            ...rightsInWords('process_types', permissions.process_types, processTypes),
            ['Tasks', permissions.see_others_tasks ? 'All tasks' : 'Your own tasks and those of nobody'],
          ]}
        />
      )}
    </Card>
  )
}

function isNaming({ pipelines, process_types: types }: Permissions): boolean {
  return [pipelines, types].some(({ named }) => Object.keys(named).length > 0)
}

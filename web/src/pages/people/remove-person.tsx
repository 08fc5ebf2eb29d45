import { Button, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { openWorkQuery, type Person } from '../../api/people.ts'
import { Loaded } from '../../shell/loaded.tsx'
import { RemovalForm, RemovalSkeleton } from './removal-form.tsx'

export function RemovePerson({ person }: { person: Person }) {
  const [opened, dialog] = useDisclosure(false)
  const openWork = useQuery({ ...openWorkQuery(person.id), enabled: opened })
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        c="var(--mantine-color-error)"
        size="compact-sm"
        fw={500}
        onClick={dialog.open}
        aria-label={`Remove ${person.name}`}
      >
        Remove
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Remove ${person.name}?`}>
        <Loaded query={openWork} skeleton={<RemovalSkeleton />}>
          {(work) => <RemovalForm person={person} work={work} onClose={dialog.close} />}
        </Loaded>
      </Modal>
    </>
  )
}

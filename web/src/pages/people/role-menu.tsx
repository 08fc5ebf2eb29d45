import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { changeRole, type Person, peopleQuery } from '../../api/people.ts'
import { queryClient } from '../../api/query-client.ts'
import type { Role } from '../../api/session.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { tell } from '../../shell/toasts.ts'
import { roleNames } from './roles.ts'

export function RoleMenu({ person }: { person: Person }) {
  const changing = useMutation({
    mutationFn: changeRole,
    onSuccess({ name, role }) {
      queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey })
      tell(role === 'admin' ? `${name} is an admin now` : `${name} is a member now`)
    },
  })
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActButton
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          size="compact-sm"
          fw={500}
          ml={-8}
          loading={changing.isPending}
          aria-label={`${roleNames[person.role]}, change the role of ${person.name}`}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {roleNames[person.role]}
        </ActButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={person.role}
          onChange={(role) => role !== person.role && changing.mutate({ id: person.id, role: role as Role })}
        >
          <Menu.RadioItem value="admin" closeMenuOnClick>
            Admin
          </Menu.RadioItem>
          <Menu.RadioItem value="member" closeMenuOnClick>
            Member
          </Menu.RadioItem>
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

import { ActionIcon, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import type { Person } from '../../api/people.ts'
import { MenuItemLink } from '../../shell/links.tsx'
import { ResetTwoFactor } from './reset-two-factor.tsx'
import { SignOutPerson } from './sign-out-person.tsx'

/** What an admin seldom does to another person. */
export function PersonMenu({ person }: { person: Person }) {
  const [signingOut, signOut] = useDisclosure(false)
  const [resetting, reset] = useDisclosure(false)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${person.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuItemLink to="/settings/people/$id/permissions" params={{ id: person.id }}>
            Change permissions
          </MenuItemLink>
          <Menu.Item onClick={signOut.open}>Sign out everywhere</Menu.Item>
          {person.two_factor && <Menu.Item onClick={reset.open}>Turn off two-factor sign-in</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <SignOutPerson person={person} opened={signingOut} onClose={signOut.close} />
      <ResetTwoFactor person={person} opened={resetting} onClose={reset.close} />
    </>
  )
}

import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconLogout, IconSelector, IconUser } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { leave } from './leave.ts'
import classes from './rail.module.css'
import { useSignedIn } from './signed-in.tsx'

export function UserMenu({ onNavigate }: { onNavigate?: () => void }) {
  const { user } = useSignedIn()
  const navigate = useNavigate()
  const leaving = useMutation({ mutationFn: () => leave() })
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.identity}>
          <IconUser size={20} aria-hidden />
          <div>
            <Text size="sm" fw={500} truncate>
              {user.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {user.email}
            </Text>
          </div>
          <VisuallyHidden>, your menu</VisuallyHidden>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          onClick={() => {
            onNavigate?.()
            navigate({ to: '/settings/profile' })
          }}
        >
          Your profile
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => leaving.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

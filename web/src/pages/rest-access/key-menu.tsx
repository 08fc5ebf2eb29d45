import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Ref } from 'react'
import type { RestKey } from '../../api/rest-access.ts'
import { MenuItemLink } from '../../shell/links.tsx'
import { useEnableKey } from './use-enable-key.ts'

export type AskedAct = 'rotate' | 'disable' | 'revoke'

interface KeyMenuProps {
  restKey: RestKey
  isShown: boolean
  onToggleShown: () => void
  /** An act that asks before it is done. */
  onAsk: (act: AskedAct) => void
  ref: Ref<HTMLButtonElement>
}

/** All that can be done with a named key beside copying it. */
export function KeyMenu({ restKey, isShown, onToggleShown, onAsk, ref }: KeyMenuProps) {
  const { id, name, disabled_at } = restKey
  const enabling = useEnableKey(restKey)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon ref={ref} variant="default" size={30} aria-label={`More for the key ${name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onToggleShown}>{isShown ? 'Hide key' : 'Show key'}</Menu.Item>
        <MenuItemLink to="/settings/integrations/rest-api/keys/$id" params={{ id }}>
          Change
        </MenuItemLink>
        <Menu.Item onClick={() => onAsk('rotate')}>Rotate</Menu.Item>
        {disabled_at ? (
          <Menu.Item onClick={() => enabling.mutate()}>Enable</Menu.Item>
        ) : (
          <Menu.Item onClick={() => onAsk('disable')}>Disable</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item c="var(--mantine-color-error)" onClick={() => onAsk('revoke')}>
          Revoke
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

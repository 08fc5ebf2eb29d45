import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { switchAccount } from '../api/session.ts'
import classes from './rail.module.css'
import { useSignedIn } from './signed-in.tsx'

/** The account's name; a switcher for somebody who belongs to several. */
export function AccountMenu() {
  const { account, accounts } = useSignedIn()
  const switching = useMutation({
    mutationFn: switchAccount,
    // A fresh load, so that nothing of the other account stays on the page.
    onSuccess: () => window.location.assign('/'),
  })
  if (accounts.length < 2) {
    return (
      <div className={classes.identity}>
        <AccountName name={account.name} />
      </div>
    )
  }
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.identity}>
          <AccountName name={account.name} />
          <VisuallyHidden>, switch account</VisuallyHidden>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Accounts</Menu.Label>
        <Menu.RadioGroup value={account.id} onChange={(id) => id !== account.id && switching.mutate(id)}>
          {accounts.map(({ id, name }) => (
            <Menu.RadioItem key={id} value={id}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

function AccountName({ name }: { name: string }) {
  return (
    <>
      <span className={classes.initial} aria-hidden>
        {name.trim().charAt(0).toUpperCase()}
      </span>
      <Text fw={600} size="sm" lineClamp={3}>
        {name}
      </Text>
    </>
  )
}

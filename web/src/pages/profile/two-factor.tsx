import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type TwoFactor as State, twoFactorQuery } from '../../api/two-factor.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { NewCodesDialog } from './new-codes-dialog.tsx'
import { TurnOffTwoFactor } from './turn-off-two-factor.tsx'
import { TurnOnTwoFactor } from './turn-on-two-factor.tsx'

/** The second factor: an app on the phone that shows a code. */
export function TwoFactor() {
  const twoFactor = useQuery(twoFactorQuery)
  return (
    <Card
      title="Two-factor sign-in"
      explanation="After your password, a code of an app on your phone is asked for. Whoever learns your password alone cannot sign in."
    >
      <Loaded query={twoFactor} skeleton={<Skeleton h={36} w={240} />}>
        {(state) => (state.enabled ? <On state={state} /> : <Off state={state} />)}
      </Loaded>
    </Card>
  )
}

function Off({ state }: { state: State }) {
  const [opened, dialog] = useDisclosure(false)
  return (
    <Group>
      <Button onClick={dialog.open}>Turn on two-factor sign-in</Button>
      <TurnOnTwoFactor hasPassword={state.has_password} opened={opened} onClose={dialog.close} />
    </Group>
  )
}

function On({ state }: { state: State }) {
  const [turningOff, turnOff] = useDisclosure(false)
  const [renewing, renew] = useDisclosure(false)
  return (
    <Stack>
      <Text size="sm">{leftInWords(state.recovery_codes_left)}</Text>
      <Group gap="sm">
        <Button variant="default" onClick={renew.open}>
          Make new recovery codes
        </Button>
        <Button variant="subtle" color="gray" c="var(--mantine-color-error)" onClick={turnOff.open}>
          Turn off two-factor sign-in
        </Button>
      </Group>
      <NewCodesDialog hasPassword={state.has_password} opened={renewing} onClose={renew.close} />
      <TurnOffTwoFactor hasPassword={state.has_password} opened={turningOff} onClose={turnOff.close} />
    </Stack>
  )
}

function leftInWords(left: number | null): string {
  if (left === null) return 'It is on. Your recovery codes cannot be read any more; make new ones.'
  if (left === 0) return 'It is on. All recovery codes are used; make new ones.'
  return `It is on. ${left} recovery ${left === 1 ? 'code is' : 'codes are'} left for when you do not have your phone.`
}

import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type Passkeys as Known, type Passkey, passkeysQuery } from '../../api/passkeys.ts'
import { formatAgo, formatDate } from '../../format/times.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from '../../shell/table.module.css'
import { AddPasskey } from './add-passkey.tsx'
import { PasskeyActs } from './passkey-acts.tsx'

/** Sign-in by fingerprint, face or screen lock, without a password. */
export function Passkeys() {
  const passkeys = useQuery(passkeysQuery)
  return (
    <Card
      title="Passkeys"
      explanation="Sign in with the fingerprint, face or screen lock of your device. It takes the place of password and code."
    >
      <Loaded query={passkeys} skeleton={<Skeleton h={36} w={160} />}>
        {(known) => <PasskeyList known={known} />}
      </Loaded>
    </Card>
  )
}

function PasskeyList({ known }: { known: Known }) {
  const [adding, dialog] = useDisclosure(false)
  const obstacle = obstacleTo(known)
  return (
    <Stack>
      {known.data.length > 0 && <PasskeysTable passkeys={known.data} />}
      {obstacle ? (
        <Text size="sm">{obstacle}</Text>
      ) : (
        <Group>
          <Button variant="default" onClick={dialog.open}>
            Add a passkey
          </Button>
        </Group>
      )}
      <AddPasskey opened={adding} onClose={dialog.close} />
    </Stack>
  )
}

/** Why none can be added here, in a sentence that says what to do. */
function obstacleTo({ available, origin }: Known): string | null {
  if (!available) {
    return `Passkeys need an address with https and a name. This Latchkey is at ${origin}; ask whoever runs it to change that.`
  }
  if (window.location.origin !== origin)
    return `Passkeys work at ${origin} alone. Open Latchkey there to add one.`
  if (!window.PublicKeyCredential) return 'This browser knows no passkeys. Use another one to add a passkey.'
  return null
}

function PasskeysTable({ passkeys }: { passkeys: Passkey[] }) {
  const zone = useSignedIn().account.time_zone
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Your passkeys</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Added</th>
          <th scope="col">Last used</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {passkeys.map((passkey) => (
          <tr key={passkey.id}>
            <th scope="row">{passkey.name}</th>
            <td className={classes.whole}>
              <span className={classes.term}>Added </span>
              {formatDate(passkey.created_at, zone)}
            </td>
            <td className={classes.whole}>
              <span className={classes.term}>Last used </span>
              {passkey.last_used_at ? formatAgo(passkey.last_used_at, zone) : 'never'}
            </td>
            <td className={classes.acts}>
              <PasskeyActs passkey={passkey} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

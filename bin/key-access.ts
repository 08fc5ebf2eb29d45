import type { KeyContext } from '../server/api-keys/key.acts.ts'
import { mailAdmins } from '../server/api-keys/key.mails.ts'
import { type ApiKey, statusOf } from '../server/api-keys/key.ts'
import { type KeysOfAccount, readEveryKey, undoLockOut } from '../server/api-keys/key-access.ts'
import type { Config } from '../server/config.ts'
import { createMail } from '../server/mail/mail.ts'
import { loadSecrets } from '../server/secrets.ts'
import type { KeyAccessCommand } from './command.ts'
import { CommandError } from './failure.ts'
import { openBeside } from './open-beside.ts'

/**
 * Lists every key with the addresses that it may be used from, or lifts from one of them what locks its users
 * out. The server may run meanwhile; it counts for the next request.
 * @throws StorageError when there is no database, CommandError when the key is none or more than one
 */
export async function keyAccess(
  config: Config,
  { key: wanted, fromAnywhere, enable }: Pick<KeyAccessCommand, 'key' | 'fromAnywhere' | 'enable'>,
  print: (line: string) => void = console.log,
): Promise<void> {
  const engine = await openBeside(config)
  try {
    const accounts = await readEveryKey(engine)
    if (wanted === null) return list(accounts, print)
    const { accountId, key } = find(accounts, wanted)
    // A mail waits in the outbox for the server to send it.
    const mail = createMail({ engine, config, secrets: loadSecrets(config), log: silent })
    const announce: KeyContext['announce'] = (tx, writer, event) =>
      mailAdmins(mail, tx, writer, event, config.publicUrl)
    await undoLockOut({ engine, announce }, { accountId, keyId: key.id, fromAnywhere, enable })
    await mail.stop()
    list(
      (await readEveryKey(engine)).map((account) => ({
        ...account,
        keys: account.keys.filter(({ id }) => id === key.id),
      })),
      print,
    )
  } finally {
    await engine.close()
  }
}

/** Nothing is sent from here, so there is nothing to tell of it. */
const silent = { info: () => {}, warn: () => {}, error: () => {} }

function list(accounts: KeysOfAccount[], print: (line: string) => void): void {
  const withKeys = accounts.filter(({ keys }) => keys.length > 0)
  if (withKeys.length === 0) print('There are no keys.')
  for (const { accountName, keys } of withKeys) {
    print(accountName)
    for (const key of keys)
      print(`  ${key.id}  …${key.lastFour}  ${key.name} (${stateOf(key)}): ${placesOf(key)}`)
  }
}

function stateOf({ disabledAt, limits: { expiresAt } }: ApiKey): string {
  return statusOf({ disabledAt, expiresAt }, Date.now())
}

function placesOf({ limits: { allowedAddresses } }: ApiKey): string {
  return allowedAddresses.length === 0 ? 'from anywhere' : `only from ${allowedAddresses.join(', ')}`
}

function find(accounts: KeysOfAccount[], wanted: string): { accountId: string; key: ApiKey } {
  const all = accounts.flatMap(({ accountId, keys }) => keys.map((key) => ({ accountId, key })))
  const found = all.filter(({ key }) => key.id === wanted.toLowerCase() || key.lastFour === wanted)
  const [first, ...others] = found
  if (!first)
    throw new CommandError(`No key has the id or ends in "${wanted}"; latchkey key-access lists them.`)
  if (others.length > 0) throw new CommandError(`More than one key ends in "${wanted}"; name it by its id.`)
  return first
}

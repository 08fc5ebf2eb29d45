import { addPerson, openAccount } from '../accounts/memberships.ts'
import { noOrigin } from '../accounts/origin.ts'
import { createPasswords } from '../accounts/passwords.ts'
import { base62, randomText } from '../accounts/random-text.ts'
import { enableAccess } from '../api-keys/index.ts'
import type { Files } from '../files/files.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { calendarBefore } from './calendar.ts'
import { chanceOf } from './chance.ts'
import { planFields } from './custom-fields.ts'
import { companyName, type SignIn } from './demo-file.ts'
import { writeFiles } from './files.ts'
import { type Person, peopleBy } from './people.ts'
import { planCompany } from './plan.ts'
import { setUpCompany } from './set-up.ts'
import { sizesFor } from './sizes.ts'
import { writeEntries } from './write-entries.ts'

const timeZone = 'America/Los_Angeles'
/** What the company did in its last week is news, and has events. */
const newsMs = 7 * 24 * 60 * 60_000

export interface CompanyOptions {
  engine: Engine
  secrets: Secrets
  /** Takes the files that lie on some of the records. */
  files: Pick<Files, 'spool' | 'keep'>
  seed: number
  tasks: number
  /** `YYYY-MM-DD`: the history ends the day before. */
  today: string
  admin: SignIn
  member: SignIn
  progress?: (done: number, all: number) => void
}

/**
 * Makes the demo company in empty storage: its people, its key, and two years of records.
 * @throws ApiError already_set_up when there is a company
 */
export async function makeCompany(options: CompanyOptions): Promise<{ accountId: string }> {
  const { engine, secrets } = options
  const { accountId, team } = await addTeam(options, sizesFor(options.tasks).users)
  const [adminId = '', admin = ''] = team[0] ?? []
  const by = { userId: adminId, name: admin, email: options.admin.email, accountId, accountName: companyName }
  await enableAccess({ engine, secrets, announce: async () => {} }, { by, origin: noOrigin })

  await fillAccount({ ...options, accountId, timeZone, team: team.map(([id]) => id) })
  return { accountId }
}

/** Writes two years of records into an account that has none, as what its people did. */
export async function fillAccount(
  options: Pick<CompanyOptions, 'engine' | 'files' | 'seed' | 'tasks' | 'today' | 'progress'> & {
    accountId: string
    timeZone: string
    /** The ids of its people; the admin comes first. */
    team: readonly string[]
  },
): Promise<void> {
  const { engine, accountId, timeZone, seed, today, team, progress } = options
  const sizes = sizesFor(options.tasks)
  const target = { engine, accountId, timeZone, seed, newsSince: Date.parse(today) - newsMs }
  const fields = planFields(sizes)
  const start = Date.parse(`${calendarBefore(today).date(0)}T16:00:00Z`)
  const setUp = await setUpCompany(target, team[0] ?? '', start, fields)
  const entries = planCompany({ seed, sizes, today, setUp, team, fields })
  await writeEntries(target, entries, (done) => progress?.(done, entries.length))
  await writeFiles(target, options.files, entries)
}

/** The admin and one member can sign in; the others have passwords that nobody knows. */
async function addTeam(
  options: CompanyOptions,
  size: number,
): Promise<{ accountId: string; team: [id: string, name: string][] }> {
  const { engine } = options
  const people = peopleBy(chanceOf(options.seed, 'team'))
  const { name: adminName } = named(people.person())
  const account = { name: companyName, timeZone, admin: { name: adminName, ...options.admin } }
  const passwords = createPasswords()
  const origin = { origin: noOrigin, onlyFirst: true } as const
  const { accountId, userId } = await openAccount({ engine, passwords }, account, origin)
  const team: [string, string][] = [[userId, adminName]]
  for (let index = 1; index < size; index++) {
    const { name, email } = named(people.person())
    const signsIn = index === 1
    const signIn = signsIn ? options.member : { email, password: randomText(40, base62) }
    const person = { name, role: 'member', ...signIn } as const
    const hashing = { engine, passwords: signsIn ? passwords : ofRandomText }
    team.push([(await addPerson(hashing, accountId, person, noOrigin)).userId, name])
  }
  return { accountId, team }
}

/** Nobody guesses 238 random bits, whatever a guess costs. */
const ofRandomText = createPasswords({ ln: 4, r: 1, p: 1 })

function named(person: Person): { name: string; email: string } {
  return { name: `${person.first} ${person.last}`, email: person.email }
}

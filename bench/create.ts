import { besideFloor } from './beside-floor.ts'
import { startCommits } from './commits.ts'
import { openLoadGenerator } from './load.ts'
import type { LoadRequest, Measure, Section } from './measure.ts'
import { alternate, served } from './rounds.ts'
import type { Surroundings } from './surroundings.ts'

const connections = 16
const bodies = 500

/** Contacts created one a request, beside single commits of the bare engine on the same disk. */
export const create: Section = { name: 'create', measure }

async function measure({ isQuick, company }: Surroundings): Promise<Measure[]> {
  const effort = isQuick ? { rounds: 1, seconds: 0.05 } : { rounds: 7, seconds: 2, warmUp: 3_000 }
  const { key, database, storage, serve } = await company()
  const server = await serve()
  const generator = await openLoadGenerator()
  const requests = contacts(key)
  const commits = await startCommits(storage, requests[0]?.body ?? '')
  const { own, floor } = await alternate(
    {
      floor: commits.contender,
      own: served(generator, {
        requests,
        connections,
        status: 201,
        url: server.url,
        pid: server.pid,
        database,
      }),
    },
    effort,
  )
  await commits.close()
  generator.close()
  return besideFloor('POST a contact', { own, floor, atLeast: 1 })
}

/** Made before, so that the load generator does nothing but send. */
export function contacts(key: string): LoadRequest[] {
  return Array.from({ length: bodies }, (_, at) => ({
    method: 'POST',
    path: '/rest/contacts',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(contact(at)),
  }))
}

/** Invented: the addresses and numbers are those set aside for examples. */
export function contact(at: number) {
  return {
    first_name: 'Rosa',
    last_name: `Field ${at}`,
    emails: [`rosa.field.${at}@example.com`],
    phone_numbers: [{ kind: 'mobile', phone: `(836) 555-01${String(at % 100).padStart(2, '0')}` }],
    address: `${at} Sparrow Road, Larkfold, OR 97990`,
  }
}

import { contact, contacts } from './create.ts'
import { type LoadGenerator, openLoadGenerator } from './load.ts'
import type { LoadRequest, Measure, Section } from './measure.ts'
import { copyRecords } from './peer-records.ts'
import { type Peer, startPeer } from './peer-server.ts'
import { getter } from './reading.ts'
import { alternate, type Effort, over, ratio, served, type Turn } from './rounds.ts'
import type { Surroundings } from './surroundings.ts'

const connections = 16
const listed = 100

interface Work {
  what: string
  atLeast: number
  own: LoadRequest[]
  peer: LoadRequest[]
  /** What a right answer is. */
  status: { own: number; peer: number }
}

/**
 * The same work done by a PocketBase on the same machine, in turn. Both have the same contacts and tasks, answer
 * whom they know, and list a task with its process, stage and assignee.
 */
export const peer: Section = { name: 'peer', measure }

async function measure({ isQuick, company, note }: Surroundings): Promise<Measure[]> {
  const opened = await company()
  const own = await opened.serve()
  const other = await startPeer()
  note({ peer: other.version, peer_pragmas: other.pragmas })
  process.stderr.write('giving the peer the same records …\n')
  const get = getter(own.url, opened.key)
  const peerContact = await copyRecords(get, other)
  const first = (await (await get('/rest/contacts?per_page=1')).json()) as { data: { id: string }[] }
  await checkPage(other)
  const effort: Effort = isQuick ? { rounds: 1, seconds: 0.05 } : { rounds: 7, seconds: 2, warmUp: 3_000 }
  const generator = await openLoadGenerator()
  const measures: Measure[] = []
  for (const work of works(opened.key, { own: first.data[0]?.id ?? '', peer: peerContact }, other)) {
    measures.push(...(await compared(work, { generator, own, other, effort })))
  }
  generator.close()
  await other.stop()
  return measures
}

function works(key: string, ids: { own: string; peer: string }, { token }: Peer): Work[] {
  const ownHeaders = { authorization: `Bearer ${key}` }
  const headers = { authorization: token }
  const records = '/api/collections/contacts/records'
  return [
    {
      what: 'get one',
      atLeast: 5,
      own: [{ path: `/rest/contacts/${ids.own}`, headers: ownHeaders }],
      peer: [{ path: `${records}/${ids.peer}`, headers }],
      status: { own: 200, peer: 200 },
    },
    {
      what: `list ${listed}`,
      atLeast: 5,
      own: [{ path: `/rest/tasks?per_page=${listed}`, headers: ownHeaders }],
      peer: [{ path: peerPage, headers }],
      status: { own: 200, peer: 200 },
    },
    {
      what: 'create one',
      atLeast: 1,
      own: contacts(key),
      peer: contacts(key).map((_, at) => ({
        method: 'POST',
        path: records,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(contact(at)),
      })),
      status: { own: 201, peer: 200 },
    },
  ]
}

const peerPage = `/api/collections/tasks/records?perPage=${listed}&expand=process,stage,assignee`

/** That a page of the peer holds what is compared. */
async function checkPage(other: Peer): Promise<void> {
  const { items } = (await other.ask('GET', peerPage)) as { items: { expand?: Record<string, unknown> }[] }
  const named = new Set(items.flatMap(({ expand = {} }) => Object.keys(expand)))
  for (const relation of ['process', 'stage', 'assignee']) {
    if (!named.has(relation)) throw new Error(`The peer lists ${items.length} tasks without ${relation}.`)
  }
}

async function compared(
  { what, atLeast, own, peer, status }: Work,
  {
    generator,
    own: server,
    other,
    effort,
  }: { generator: LoadGenerator; own: { url: string; pid: number }; other: Peer; effort: Effort },
): Promise<Measure[]> {
  const contender = ({ url, pid }: { url: string; pid: number }, requests: LoadRequest[], expected: number) =>
    served(generator, { url, pid, requests, connections, status: expected })
  const turns = await alternate(
    { peer: contender(other, peer, status.peer), own: contender(server, own, status.own) },
    effort,
  )
  return rows(what, turns, atLeast)
}

function rows(
  what: string,
  { own, peer }: { own: readonly Turn[]; peer: readonly Turn[] },
  atLeast: number,
): Measure[] {
  const both = (name: string, unit: string, number: (turn: Turn) => number): Measure[] => [
    { what: `${what}, ${name}`, ...over(own, number), unit },
    { what: `${what}, ${name} of the peer`, ...over(peer, number), unit },
  ]
  return [
    ...both('answers', '/s', ({ perSecond }) => perSecond),
    {
      what: `${what}, as a multiple of the peer`,
      ...ratio(own, peer, ({ perSecond }) => perSecond),
      unit: '×',
      atLeast,
    },
    ...both('computing', 'ms', ({ cpu }) => cpu),
    ...both('p99', 'ms', ({ p99 }) => p99),
  ]
}

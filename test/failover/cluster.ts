import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask } from '../support/cluster.ts'
import { findAccount } from '../support/postgres-binaries.ts'
import { freePorts, type Service, startService, until } from '../support/service.ts'
import { haproxySettings, patroniSettings } from './configuration.ts'
import { findPrograms } from './programs.ts'

/** One PostgreSQL, and the Patroni that looks after it. */
interface Member {
  name: string
  api: string
  data: string
  patroni: Service
  start(): Service
}

/** A primary and a synchronous standby behind one address. */
export interface Cluster {
  /** Leads to whichever is the primary. */
  url: string
  /** The same as a superuser, who may look into what the database itself keeps. */
  superuserUrl: string
  /** Kills the primary with all of its processes, and the Patroni that would start it again. Returns its name. */
  killPrimary(): Promise<string>
  /** Starts what was killed again, once the other has taken over; resolves when commits wait for it. */
  bringBack(name: string): Promise<void>
  stop(): Promise<void>
}

/**
 * etcd, two members of Patroni and HAProxy, all on loopback with their data in a temporary directory. There is one
 * etcd: that it survives as three is etcd's promise, and what is tried here is the database and Latchkey.
 */
export async function startCluster(): Promise<Cluster> {
  const programs = findPrograms()
  const account = findAccount()
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-failover-'))
  const give = (path: string) => {
    if (account.uid !== undefined) chownSync(path, account.uid, account.gid)
    return path
  }
  give(directory)
  const folder = (name: string) => {
    mkdirSync(join(directory, name), { mode: 0o700 })
    return give(join(directory, name))
  }
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 })
    return give(join(directory, name))
  }
  const service = (name: string, program: string, parameters: readonly string[]) =>
    startService(program, parameters, { account, directory, log: file(`${name}.log`, '') })

  const [etcdPort = 0, peerPort = 0, proxyPort = 0, ...ports] = await freePorts(7)
  const [etcdUrl, peerUrl] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`]
  const etcd = service('etcd', programs.etcd, [
    ...['--name', 'etcd', '--data-dir', folder('etcd')],
    ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ...['--initial-cluster', `etcd=${peerUrl}`],
  ])
  await until('etcd answers', async () => (await fetch(`${etcdUrl}/health`)).ok)

  const members: Member[] = []
  for (const name of ['one', 'two']) {
    const [port = 0, apiPort = 0] = ports.splice(0, 2)
    const data = join(directory, name)
    const settings = patroniSettings({ name, port, apiPort, etcdPort, data, binaries: programs.postgres })
    const path = file(`${name}.yml`, settings)
    const log = file(`${name}.log`, '')
    const start = () => startService(programs.patroni, [path], { account, directory, log })
    const api = `http://127.0.0.1:${apiPort}`
    members.push({ name, api, data, start, patroni: start() })
    // The first is to be the primary that the second copies.
    if (members.length === 1) await until('a primary', () => is(api, 'primary'))
    else await untilSynchronous(members)
  }
  process.once('exit', () => {
    for (const { data } of members) endPostgres(data)
    rmSync(directory, { recursive: true, force: true })
  })
  const haproxy = service('haproxy', programs.haproxy, [
    '-f',
    file(
      'haproxy.cfg',
      haproxySettings({
        port: proxyPort,
        members: members.map(({ name, api, data }) => ({ name, api, port: postmasterOf(data).port })),
      }),
    ),
  ])
  const superuserUrl = `postgres://postgres:postgres@127.0.0.1:${proxyPort}/postgres`
  // Before its first checks HAProxy takes both for the primary, and goes from one to the other.
  await until('a way to the primary alone', async () => {
    const asked = [1, 2, 3, 4].map(() => ask(superuserUrl, 'show transaction_read_only'))
    return (await Promise.all(asked)).every(([answer]) => answer?.transaction_read_only === 'off')
  })
  await ask(superuserUrl, "create role latchkey login password 'latchkey'")
  await ask(superuserUrl, 'create database latchkey owner latchkey')
  const member = (name: string) => {
    const found = members.find((one) => one.name === name)
    if (!found) throw new Error(`There is no ${name}`)
    return found
  }
  return {
    url: `postgres://latchkey:latchkey@127.0.0.1:${proxyPort}/latchkey`,
    superuserUrl: superuserUrl.replace(/postgres$/, 'latchkey'),
    async killPrimary() {
      for (const { name, api, data, patroni } of members) {
        if (!(await is(api, 'primary'))) continue
        killPostgres(postmasterOf(data).pid)
        await patroni.kill()
        return name
      }
      throw new Error('There is no primary to kill')
    },
    async bringBack(name) {
      const one = member(name)
      const others = members.filter((other) => other !== one)
      await until('another primary', async () => {
        const parts = others.map(({ api }) => is(api, 'primary').catch(() => false))
        return (await Promise.all(parts)).includes(true)
      })
      one.patroni = one.start()
      await until(`${name} as a standby that commits wait for`, () => is(one.api, 'synchronous'))
    },
    async stop() {
      await haproxy.stop()
      // The one that follows first, so that it does not take over.
      const primaries = await Promise.all(members.map(({ api }) => is(api, 'primary').catch(() => false)))
      for (const { patroni } of members.toSorted((a, b) => order(a) - order(b))) await patroni.stop()
      await etcd.stop()
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })

      function order(one: Member): number {
        return primaries[members.indexOf(one)] ? 1 : 0
      }
    },
  }
}

/** Whether Patroni says that its PostgreSQL has this part. */
async function is(api: string, part: 'primary' | 'synchronous'): Promise<boolean> {
  return (await fetch(`${api}/${part}`, { signal: AbortSignal.timeout(2_000) })).ok
}

async function untilSynchronous(members: readonly Member[]): Promise<void> {
  await until('a standby that commits wait for', async () => {
    const parts = members.map(({ api }) => is(api, 'synchronous').catch(() => false))
    return (await Promise.all(parts)).includes(true)
  })
}

/** The lines of `postmaster.pid`: the first is the process, the fourth the port. */
function postmasterOf(data: string): { pid: number; port: number } {
  const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

/** As when the machine is gone: its processes would go on for a moment without the postmaster. */
function killPostgres(postmaster: number): void {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  for (const pid of [postmaster, ...children.trim().split(' ').filter(Boolean).map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

function endPostgres(data: string): void {
  try {
    killPostgres(postmasterOf(data).pid)
  } catch {
    // It has ended, and its file with it.
  }
}

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { escapeIdentifier } from 'pg'
import { migrateAndDistribute } from '../../server/storage/distribution/migrate-and-distribute.ts'
import { ask, closeToAll, databaseOn, joinDatabases, nodesOf } from './cluster.ts'
import type { ServerCommand, ServerMessage, ServerOptions } from './postgres-server.ts'

export type TestServer = {
  url: string
  stop(): Promise<void>
  /** Ends it as a crash does; resolves when it is gone. */
  kill(): Promise<void>
  shutDown(): Promise<void>
  /** Starts it again at the same address; resolves when it takes connections. @throws Error with its last words */
  start(): Promise<void>
}
export type TestDatabase = { name: string; url: string; drop(): Promise<void> }

/**
 * Starts a real PostgreSQL, by its `options` if need be, on a free port of 127.0.0.1, with its data in a temporary directory.
 * It lives in a process of its own that ends it, and removes its data, when this process is gone,
 * however it went. `stop` does the same and resolves when nothing is left.
 *
 * @throws Error with the server's own words when it cannot start
 */
export async function startPostgres(
  options?: ServerOptions,
  within: readonly string[] = [],
): Promise<TestServer> {
  const program = fileURLToPath(new URL('./postgres-server.ts', import.meta.url))
  const [command = process.execPath, ...others] = [...within, process.execPath]
  const keeper = fork(program, options ? [JSON.stringify(options)] : [], {
    execPath: command,
    // Out of the terminal's process group: Ctrl-C reaches the tests, and the server outlives them.
    detached: true,
    execArgv: others,
    env: withoutPostgresVariables(process.env),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
  const message = await new Promise<ServerMessage>((resolve, reject) => {
    keeper.once('message', (sent) => resolve(sent as ServerMessage))
    keeper.once('error', reject)
    keeper.once('exit', (code, signal) => resolve({ failed: `its process ended with ${signal ?? code}` }))
  })
  if ('failed' in message) throw new Error(`PostgreSQL for the tests could not start: ${message.failed}`)

  // From here on the server must not keep a finished test process alive.
  keeper.unref()
  keeper.channel?.unref()
  if ('ended' in message) throw new Error('PostgreSQL ended before it was there')
  const tell = async (command: ServerCommand) => {
    keeper.channel?.ref()
    keeper.send(command)
    const [answer]: [ServerMessage] = (await once(keeper, 'message')) as [ServerMessage]
    keeper.channel?.unref()
    if ('failed' in answer) throw new Error(answer.failed)
  }
  return {
    url: message.url,
    kill: () => tell('kill'),
    shutDown: () => tell('shut down'),
    start: () => tell('start'),
    async stop() {
      keeper.ref()
      if (keeper.connected) keeper.disconnect()
      await exited
    },
  }
}

/**
 * Makes a fresh database (UTF-8, collation C) on the server that `TEST_DATABASE_URL` names, or on one that is
 * started for this process on first use: a copy of `template`, or an empty one. `drop` closes what is still
 * connected to it. On a cluster a copy is one on every node, an empty one is on the coordinator alone.
 */
export async function createDatabase(template?: string): Promise<TestDatabase> {
  const nodes = await allNodes()
  return makeDatabase(template ? nodes : nodes.slice(0, 1), template)
}

/** A database with all tables, for others to be copied from; on a cluster they are distributed. */
export async function createTemplate(fill: (url: string) => Promise<void>): Promise<TestDatabase> {
  const cluster = await createClusterDatabase()
  const template = cluster ?? (await makeDatabase(await allNodes()))
  if (cluster) await migrateAndDistribute(template.url)
  else await fill(template.url)
  await closeToAll(await allNodes(), template.name)
  return template
}

/** An empty database that knows the workers of the cluster; null where the server is a plain PostgreSQL. */
export async function createClusterDatabase(): Promise<TestDatabase | null> {
  const nodes = await allNodes()
  if (nodes.length === 1) return null
  const database = await makeDatabase(nodes)
  await joinDatabases(nodes, database.name)
  return database
}

async function makeDatabase(nodes: readonly string[], template?: string): Promise<TestDatabase> {
  const name = `latchkey_test_${randomBytes(6).toString('hex')}`
  const quoted = escapeIdentifier(name)
  // template0 is the only template that takes any collation. Copied as files is the fastest.
  const source = template
    ? `template ${escapeIdentifier(template)} strategy file_copy`
    : `template template0 strategy file_copy encoding 'UTF8' locale_provider libc locale 'C'`
  await Promise.all(nodes.map((node) => ask(node, `create database ${quoted} ${source}`)))
  const [server = '', ...workers] = nodes
  const drop = (node: string) => dropped(node, `drop database if exists ${quoted} with (force)`)
  return {
    name,
    url: databaseOn(server, name),
    async drop() {
      // The coordinator first: it is what still uses the others.
      await drop(server)
      await Promise.all(workers.map(drop))
    },
  }
}

const inUse = '55006'
const mostTries = 50

/** A cluster's own daemon comes back to a database that it was just put out of, and goes once it sees that. */
async function dropped(node: string, drop: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await ask(node, drop)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== inUse || tries === mostTries) throw error
      await wait(100)
    }
  }
}

let nodes: Promise<string[]> | undefined

async function allNodes(): Promise<string[]> {
  const server = await serverUrl()
  nodes ??= nodesOf(server)
  return nodes
}

let ownServer: Promise<TestServer> | undefined

async function serverUrl(): Promise<string> {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL
  ownServer ??= startPostgres()
  return (await ownServer).url
}

/** PGDATA, PGPORT, PGOPTIONS and the like of the developer's shell would reach into the test server. */
function withoutPostgresVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PG')))
}

import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** Few, because every test copies a file for each index of each shard. */
const shards = 4

/**
 * The nodes of a Citus cluster, the coordinator first; the server alone where it is a plain PostgreSQL. The
 * database that the URL names tells: it has the extension, and knows its workers.
 */
export async function nodesOf(server: string): Promise<string[]> {
  const [citus] = await ask(server, "select to_regclass('pg_catalog.pg_dist_node') is not null as known")
  if (!citus?.known) return [server]
  const workers = await ask(
    server,
    "select nodename, nodeport from pg_dist_node where isactive and noderole = 'primary' and groupid <> 0 order by nodeid",
  )
  return [server, ...workers.map((worker) => at(server, { host: worker.nodename, port: worker.nodeport }))]
}

/** Makes one cluster of the empty databases of that name on all nodes. */
export async function joinDatabases(nodes: readonly string[], name: string): Promise<void> {
  const [server = '', ...workers] = nodes
  const [coordinator = ''] = nodes.map((node) => databaseOn(node, name))
  for (const node of nodes) await ask(databaseOn(node, name), 'create extension citus')
  await ask(server, `alter database ${escapeIdentifier(name)} set citus.shard_count = ${shards}`)
  const [own] = await ask(server, 'select nodename, nodeport from pg_dist_node where groupid = 0')
  await ask(
    coordinator,
    `select citus_set_coordinator_host(${escapeLiteral(own?.nodename ?? '')}, ${own?.nodeport})`,
  )
  for (const { hostname, port } of workers.map((worker) => new URL(worker)))
    await ask(coordinator, `select citus_add_node(${escapeLiteral(hostname)}, ${port || 5432})`)
}

/** Lets nobody into a database any more, Citus' own daemon included: what is copied must be in nobody's use. */
export async function closeToAll(nodes: readonly string[], name: string): Promise<void> {
  const quoted = escapeIdentifier(name)
  for (const node of nodes) await ask(node, `alter database ${quoted} with allow_connections false`)
  const ending = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${escapeLiteral(name)}`
  for (const node of nodes) await ask(node, ending)
}

export function databaseOn(node: string, name: string): string {
  const url = new URL(node)
  url.pathname = `/${name}`
  return url.href
}

export async function ask(server: string, statement: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

function at(server: string, { host, port }: { host: unknown; port: unknown }): string {
  const url = new URL(server)
  url.hostname = String(host)
  url.port = String(port)
  return url.href
}

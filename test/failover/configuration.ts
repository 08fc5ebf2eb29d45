/** The files that Patroni and HAProxy read. What is in them is what a real installation needs, with shorter times. */

export interface MemberSettings {
  name: string
  port: number
  apiPort: number
  etcdPort: number
  data: string
  /** The directory of PostgreSQL's programs. */
  binaries: string
}

/**
 * Twenty seconds are the shortest that Patroni takes for `ttl`: so long it waits for a primary that says nothing.
 * `synchronous_mode` names the standby that commits wait for, and lets no other take over.
 */
export function patroniSettings(member: MemberSettings): string {
  const { name, port, apiPort, etcdPort, data, binaries } = member
  return `scope: latchkey
name: ${name}
restapi:
  listen: 127.0.0.1:${apiPort}
  connect_address: 127.0.0.1:${apiPort}
etcd3:
  host: 127.0.0.1:${etcdPort}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 100
        wal_keep_size: 256MB
  initdb:
    - encoding: UTF8
    - locale: C
    - data-checksums
postgresql:
  listen: 127.0.0.1:${port}
  connect_address: 127.0.0.1:${port}
  data_dir: ${data}
  bin_dir: ${binaries}
  pgpass: ${data}.pgpass
  authentication:
    superuser:
      username: postgres
      password: postgres
    replication:
      username: replicator
      password: replicator
  parameters:
    unix_socket_directories: ''
  pg_hba:
    - host replication replicator 127.0.0.1/32 scram-sha-256
    - host all all 127.0.0.1/32 scram-sha-256
`
}

/**
 * One address that leads to the primary, as Patroni tells of it. `on-marked-down shutdown-sessions` ends the
 * connections to one that no longer is, so that nobody waits on them or reads what is old.
 */
export function haproxySettings({
  port,
  members,
}: {
  port: number
  members: readonly { name: string; api: string; port: number }[]
}): string {
  const servers = members.map(
    ({ name, api, port: of }) => `    server ${name} 127.0.0.1:${of} check port ${new URL(api).port}`,
  )
  return `defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 2s
listen primary
    bind 127.0.0.1:${port}
    option httpchk GET /primary
    http-check expect status 200
    default-server inter 1s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`
}

import { existsSync, readFileSync } from 'node:fs'
import { Client } from 'pg'
import { cpuTimeOfFamily, parentOf } from './cpu-time.ts'

/** A PostgreSQL that runs on this machine. */
export interface DatabaseProcess {
  /** What all its processes have computed since they began, in milliseconds. */
  cpuTime(): number
}

/** Null for SQLite, which computes within the server, and for a PostgreSQL elsewhere. */
export async function databaseProcess(url: string | null): Promise<DatabaseProcess | null> {
  if (url === null) return null
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const backend = rows[0]?.pid ?? 0
    const isHere = existsSync(`/proc/${backend}/comm`) && nameOf(backend).startsWith('postgres')
    const postmaster = isHere ? parentOf(backend) : null
    return postmaster === null ? null : { cpuTime: () => cpuTimeOfFamily(postmaster) }
  } finally {
    await client.end()
  }
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8')
}

import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import type { CopyStreamQuery, CopyToStreamQuery } from 'pg-copy-streams'
import { StorageError } from '../storage/engine.ts'
import { BackupError, reasonOf } from './backup-errors.ts'

/** One connection of one's own, whose loss ends whatever waits for it. */
export interface Connection {
  readonly client: pg.Client
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Runs a COPY out of the database. */
  read(copy: CopyToStreamQuery): Readable
  /** Runs a COPY into the database. */
  write(copy: CopyStreamQuery, bytes: Buffer): Promise<void>
  close(): Promise<void>
}

/**
 * @param name what the server lists it as, in `pg_stat_activity`
 * @throws StorageError
 */
export async function connect(url: string, name: string): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  let reading: Readable | null = null
  const lost = new Promise<never>((_, reject) => {
    const onLoss = (error: Error) => {
      reject(lossOf(error))
      reading?.destroy(lossOf(error))
    }
    // Without a listener a connection that is lost would end the process.
    client.on('error', onLoss)
    client.on('end', () => onLoss(new Error('it was closed')))
  })
  lost.catch(() => {})
  try {
    await client.connect()
  } catch (error) {
    throw new StorageError(`The database of DATABASE_URL cannot be used: ${reasonOf(error)}`)
  }
  return {
    client,
    async query(sql) {
      const { rows } = await Promise.race([client.query(sql), lost])
      return rows
    },
    read(copy) {
      reading = submit(client, copy)
      return reading
    },
    async write(copy, bytes) {
      const writing = submit(client, copy)
      writing.end(bytes)
      // It waits for the server's word even where it is destroyed.
      await Promise.race([finished(writing), lost])
    },
    close: () => client.end().catch(() => {}),
  }
}

function submit<S extends Readable | Writable>(client: pg.Client, copy: S & pg.Submittable): S {
  return client.query(copy)
}

function lossOf(error: Error): BackupError {
  return new BackupError(`The connection to the database was lost: ${reasonOf(error)}`)
}

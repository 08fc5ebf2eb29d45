import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A bucket in a storage that speaks S3 and checks signatures, on this machine. */
export interface TestBucket {
  /** What `FILES_URL` is to be. */
  url: string
  /** How many objects lie in it. */
  count(): Promise<number>
  close(): Promise<void>
}

interface Server {
  run(): Promise<{ port: number }>
  close(): Promise<void>
}

interface ServerOptions {
  address: string
  port: number
  directory: string
  silent: boolean
  vhostBuckets: boolean
  configureBuckets: { name: string }[]
}

const S3rver: new (options: ServerOptions) => Server = createRequire(import.meta.url)('@20minutes/s3rver')

/** Opens a bucket with nothing in it; the caller closes it. */
export async function openBucket(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-bucket-'))
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    directory,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: 'files' }],
  })
  const { port } = await server.run()
  return {
    // The one account that the storage knows.
    url: `s3://S3RVER:S3RVER@127.0.0.1:${port}/files/latchkey?insecure=true`,
    async count() {
      const names = await readdir(directory, { recursive: true })
      return names.filter((name) => name.endsWith('_object')).length
    },
    async close() {
      await server.close()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import Fastify from 'fastify'

/** The program that shows the reference in the browser. */
export interface Bundle {
  plain: Buffer
  compressed: Buffer
}

let loading: Promise<Bundle> | null = null

/**
 * Scalar's bundle. It is embedded in a module of 4 MB, so it is loaded when the page is first opened, and
 * through the one public way to it: the route that Scalar's plugin registers.
 */
export function scalarBundle(): Promise<Bundle> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function load(): Promise<Bundle> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const app = Fastify()
  try {
    await app.register(scalar, { routePrefix: '/reference', configuration: { url: '/openapi.json' } })
    const response = await app.inject('/reference/js/scalar.js')
    if (response.statusCode !== 200) throw new Error('The bundle of the API reference is not where it was')
    const plain = Buffer.from(response.rawPayload)
    return { plain, compressed: await promisify(gzip)(plain) }
  } finally {
    await app.close()
  }
}

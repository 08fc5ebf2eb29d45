import type { FastifyRequest } from 'fastify'

/**
 * Whether the visitor sits at the machine that Latchkey runs on, and so needs no code to set it up. A proxy
 * on the same machine makes strangers look local, hence the look at what proxies add and at the names used.
 */
export function isFirstVisitLocal(request: FastifyRequest, publicUrl: string | null): boolean {
  if (!isLoopbackAddress(request.socket.remoteAddress ?? '')) return false
  const isForwarded = Object.keys(request.headers).some(
    (name) =>
      name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'via' || name === 'x-real-ip',
  )
  if (isForwarded) return false
  if (!isLoopbackHost(hostnameOf(`http://${request.headers.host ?? ''}`))) return false
  return publicUrl === null || isLoopbackHost(hostnameOf(publicUrl))
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

function isLoopbackHost(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]'
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

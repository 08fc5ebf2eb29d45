import type { IncomingMessage } from 'node:http'

const mostBytes = 64 * 1024 * 1024

/**
 * Reads on, and throws away, what still comes of a body that is refused: a client that is writing when the
 * connection is closed never sees the answer. After 64 MiB it is closed all the same.
 */
export function readOn(message: IncomingMessage): void {
  let left = mostBytes
  message.on('data', ({ length }: Buffer) => {
    left -= length
    if (left < 0) message.socket.destroy()
  })
  message.unpipe()
  message.resume()
}

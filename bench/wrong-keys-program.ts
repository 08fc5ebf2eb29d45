/**
 * Sends wrong keys, as many a second as it is told, over connections that it opens anew when they end. Prints
 * how many were sent and answered in each second.
 *
 *     node bench/wrong-keys-program.ts <url> <per second> <mistyped|unknown> <addresses>
 */
import { connect, type Socket } from 'node:net'
import { newKey } from '../server/api-keys/key-format.ts'

const [url = '', perSecond = '', kind = '', addresses = ''] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const connections = 200
const everyMs = 5
const keys = Array.from({ length: 1_000 }, () =>
  kind === 'mistyped' ? `lk_live_${'A'.repeat(38)}` : newKey('live'),
)

let sent = 0
let answered = 0
const open = new Set<Socket>()
const idle: Socket[] = []

function dial(at: number): void {
  // Linux takes any address of 127.0.0.0/8 for its own.
  const from =
    Number(addresses) > 1
      ? `127.1.${(at % Number(addresses)) >> 8}.${(at % Number(addresses)) & 255}`
      : undefined
  const socket = connect({ host: hostname, port: Number(port), ...(from && { localAddress: from }) })
  socket.setNoDelay(true)
  socket.on('connect', () => {
    open.add(socket)
    idle.push(socket)
  })
  socket.on('data', (chunk) => {
    const count = chunk.toString('latin1').split('HTTP/1.1 ').length - 1
    answered += count
    if (count > 0 && open.has(socket)) idle.push(socket)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    open.delete(socket)
    setTimeout(dial, 5, at)
  })
}

for (let at = 0; at < connections; at++) dial(at)

let due = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  due = Math.min(Number(perSecond) / 10, due + ((now - last) / 1_000) * Number(perSecond))
  last = now
  while (due >= 1) {
    const socket = idle.pop()
    if (!socket) break
    if (!open.has(socket)) continue
    socket.write(
      `GET /rest/info/account HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${keys[sent % keys.length]}\r\n\r\n`,
    )
    sent += 1
    due -= 1
  }
}, everyMs)

setInterval(() => {
  process.stdout.write(`${JSON.stringify({ sent, answered })}\n`)
  sent = 0
  answered = 0
}, 1_000)

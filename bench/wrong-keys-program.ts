/**
 * Sends wrong keys, as many a second as it is told, over as many connections as it is allowed. It opens one when
 * none is free, so it is held back by the server alone. Prints how many were sent and answered in each second.
 *
 *     node bench/wrong-keys-program.ts '<JSON of an Attack, with "url">'
 */
import { connect, type Socket } from 'node:net'
import { newKey } from '../server/api-keys/key-format.ts'
import type { Attack } from './wrong-keys-sender.ts'

const {
  url,
  keys: kind,
  addresses,
  connections,
  perSecond,
  isNewEachTime,
} = JSON.parse(process.argv[2] ?? '') as Attack & { url: string }
const { hostname, port } = new URL(url)
const everyMs = 5
const requests = Array.from({ length: 1_000 }, () => {
  const key = kind === 'mistyped' ? `lk_live_${'A'.repeat(38)}` : newKey('live')
  const close = isNewEachTime ? 'connection: close\r\n' : ''
  return `GET /rest/info/account HTTP/1.1\r\nhost: ${hostname}\r\n${close}authorization: Bearer ${key}\r\n\r\n`
})

let sent = 0
let answered = 0
let dialled = 0
let open = 0
const idle: Socket[] = []

function send(socket: Socket): void {
  socket.write(requests[sent % requests.length] ?? '')
  sent += 1
}

function dial(): void {
  open += 1
  dialled += 1
  const at = dialled % addresses
  // Linux takes any address of 127.0.0.0/8 for its own.
  const localAddress = addresses > 1 ? `127.1.${at >> 8}.${at & 255}` : '127.0.0.1'
  const socket = connect({ host: hostname, port: Number(port), localAddress })
  socket.setNoDelay(true)
  socket.on('connect', () => send(socket))
  socket.on('data', (chunk) => {
    const count = chunk.toString('latin1').split('HTTP/1.1 ').length - 1
    answered += count
    if (count > 0 && !isNewEachTime) idle.push(socket)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    open -= 1
  })
}

let due = 0
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  due = Math.min(perSecond / 10, due + ((now - last) / 1_000) * perSecond)
  last = now
  while (due >= 1) {
    const socket = idle.pop()
    if (socket?.destroyed || socket?.readableEnded) continue
    if (socket) send(socket)
    else if (open < connections) dial()
    else break
    due -= 1
  }
}, everyMs)

setInterval(() => {
  process.stdout.write(`${JSON.stringify({ sent, answered })}\n`)
  sent = 0
  answered = 0
}, 1_000)

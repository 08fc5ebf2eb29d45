import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { messagesOf } from './messages.ts'

/**
 * What happens to a commit. `conflict` and `deadlock`: PostgreSQL refuses it. `cut_off`: the connection ends before
 * it arrives. `unanswered`: it is done, and the answer lost. `out_of_sight`: the connection ends while it is done.
 * `cut_in_work`: the connection ends earlier, at a statement that writes.
 */
export const faults = [
  'conflict',
  'deadlock',
  'cut_off',
  'unanswered',
  'out_of_sight',
  'cut_in_work',
] as const
export type Fault = (typeof faults)[number]

/** A way to a PostgreSQL on which a write can meet with a fault. */
export interface FaultyWay {
  url: string
  /** Lets the next transaction that writes what an account has meet with it. */
  arm(fault: Fault): void
  /** Whether none has met with it yet; disarms. */
  disarm(): boolean
  close(): void
}

/** What a request writes, and nothing that goes on beside it. */
const told =
  /^\s*(insert into|update) "?(changes|audit_entries|webhook_subscriptions|webhook_secrets|webhook_deliveries)"?\s/i

const refusals: Partial<Record<Fault, string>> = { conflict: '40001', deadlock: '40P01' }

export async function openFaultyWay(databaseUrl: string): Promise<FaultyWay> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let armed: Fault | null = null
  const take = (isMeant: (fault: Fault) => boolean): Fault | null => {
    const fault = armed !== null && isMeant(armed) ? armed : null
    if (fault) armed = null
    return fault
  }

  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname)
    const both = [client, database]
    const end = () => both.forEach((socket) => void socket.destroy())
    for (const socket of both) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    // What is done with an answer instead of passing it on, and how many are passed on before it: a client asks more
    // before it has the answers.
    let instead: (() => void) | null = null
    let before = 0
    // To the greeting as well.
    let unanswered = 1
    const statements = new Map<string, string>()
    let isLogged = false

    messagesOf(client, 'startup', ({ type, whole, texts }) => {
      const statement = type === 'Q' ? texts[0] : type === 'B' ? statements.get(texts[1] ?? '') : undefined
      const asked = unanswered
      if (type === 'Q' || type === 'S') unanswered++
      if (type === 'P') statements.set(texts[0] ?? '', texts[1] ?? '')
      if (/^\s*(begin|start transaction)/i.test(statement ?? '')) isLogged = false
      if (told.test(statement ?? '')) {
        isLogged = true
        if (take((fault) => fault === 'cut_in_work')) return end()
      }
      if (!isLogged || !/^\s*commit/i.test(statement ?? '')) return void database.write(whole)
      const fault = take((one) => one !== 'cut_in_work')
      const refusal = fault && refusals[fault]
      before = asked
      if (fault === 'cut_off') return end()
      if (refusal) {
        instead = () => client.write(refusalOf(refusal))
        return void database.write(query('rollback'))
      }
      if (fault === 'unanswered') instead = end
      if (fault === 'out_of_sight') {
        instead = end
        client.destroy()
        client.removeAllListeners('close')
      }
      database.write(whole)
    })
    messagesOf(database, 'typed', ({ type, whole }) => {
      if (type === 'Z') unanswered--
      if (!instead || before > 0) {
        if (instead && type === 'Z') before--
        return void client.write(whole)
      }
      if (type !== 'Z') return
      const act = instead
      instead = null
      act()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    arm: (fault) => {
      armed = fault
    },
    disarm() {
      const isLeft = armed !== null
      armed = null
      return isLeft
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function query(text: string): Buffer {
  return message('Q', Buffer.from(`${text}\0`))
}

/** An error, and that the session is ready for more, in no transaction. */
function refusalOf(code: string): Buffer {
  const fields = `SERROR\0VERROR\0C${code}\0Mrefused by the test\0\0`
  return Buffer.concat([message('E', Buffer.from(fields)), message('Z', Buffer.from('I'))])
}

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

import type { Socket } from 'node:net'

/** A message of PostgreSQL's protocol. */
export interface Message {
  /** `Q` a query, `P` a statement to prepare, `B` one to run, `Z` ready for more; empty for the first one. */
  type: string
  /** All of its bytes. */
  whole: Buffer
  /** What it begins with, read as texts that end in a zero. */
  texts: [string?, string?]
}

/** Reads the messages of one side. @param beginning `startup` where the first has no type, as that of a client */
export function messagesOf(
  socket: Socket,
  beginning: 'startup' | 'typed',
  read: (message: Message) => void,
): void {
  let left = Buffer.alloc(0)
  let head = beginning === 'startup' ? 0 : 1
  socket.on('data', (bytes: Buffer) => {
    left = Buffer.concat([left, bytes])
    while (left.length >= head + 4) {
      const length = head + left.readInt32BE(head)
      if (left.length < length) return
      const whole = left.subarray(0, length)
      left = left.subarray(length)
      const type = whole.toString('latin1', 0, head)
      read({
        type,
        whole,
        texts: 'QPB'.includes(type) && type !== '' ? textsIn(whole.subarray(head + 4)) : [],
      })
      head = 1
    }
  })
}

function textsIn(body: Buffer): [string?, string?] {
  const first = body.indexOf(0)
  const second = body.indexOf(0, first + 1)
  return [body.toString('utf8', 0, first), second < 0 ? undefined : body.toString('utf8', first + 1, second)]
}

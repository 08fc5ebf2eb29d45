import assert from 'node:assert/strict'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

interface Sent {
  body?: object
  form?: FormData
  headers?: Record<string, string>
  /** Of the node that it goes to; without it the next in turn. */
  at?: string
}

/** A client without stickiness: every request goes to the next node. */
export interface Nodes {
  send(method: string, path: string, sent?: Sent): Promise<Answer>
  made(path: string, body: object): Promise<{ id: string }>
}

export function clientOf(urls: readonly string[], key: string): Nodes {
  let turn = 0
  const send = async (method: string, path: string, { body, form, headers, at }: Sent = {}) => {
    const response = await fetch(`${at ?? urls[turn++ % urls.length]}/rest${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: form ?? (body ? JSON.stringify(body) : null),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }
  return {
    send,
    async made(path, body) {
      const answer = await send('POST', path, { body })
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      return answer.body.data as { id: string }
    },
  }
}

export interface Stream {
  /** Resolves once it has told of something that has this in it. */
  has(text: string): Promise<void>
  close(): Promise<void>
}

/** Follows the events at one node. Resolves when what happens from now on will be told. */
export async function openStream(url: string, key: string): Promise<Stream> {
  const response = await fetch(`${url}/rest/events/stream`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(response.status, 200)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let told = ''
  const more = async () => {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
    assert.ok(!done, `The stream ended:\n${told}`)
    told += value
  }
  while (!told.includes('retry:')) await more()
  return {
    async has(text) {
      while (!told.includes(text)) await more()
    },
    close: async () => void (await reader?.cancel()),
  }
}

import assert from 'node:assert/strict'

/** What a server answers to one client with a key. */
export interface Answer {
  status: number
  /** The error code, if it is one. */
  code: string | undefined
  id: string | undefined
  retryAfter: string | null
  text: string
}

export interface DiskClient {
  write(name: string): Promise<Answer>
  upload(contactId: string, bytes: number): Promise<Answer>
  read(path: string): Promise<Answer>
  /** What `/readyz` says: its status, and what keeps the database from taking writes. */
  ready(): Promise<[number, string | undefined]>
  /** Writes until one is refused. @returns the answer to that, and what was written */
  writeUntilRefused(most: number): Promise<{ refused: Answer; written: string[] }>
}

/** Large, so that few of them use up the room that a database keeps for itself. */
const manyEmails = (name: string) =>
  Array.from({ length: 50 }, (_, at) => `${name.replaceAll(' ', '.')}.${at}.${'x'.repeat(40)}@example.com`)

export function diskClient(url: string, key: string): DiskClient {
  const send = async (method: string, path: string, body: string | FormData | null): Promise<Answer> => {
    const response = await fetch(`${url}/rest${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      },
      body,
    })
    const text = await response.text()
    const parsed = JSON.parse(text)
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, code: parsed.code, id: parsed.data?.id, retryAfter, text }
  }
  const client: DiskClient = {
    write: (name) =>
      send('POST', '/contacts', JSON.stringify({ last_name: name, email_addresses: manyEmails(name) })),
    upload(contactId, bytes) {
      const form = new FormData()
      form.set('file', new File(['x'.repeat(bytes)], 'letter.txt'))
      return send('POST', `/contacts/${contactId}/uploaded_files`, form)
    },
    read: (path) => send('GET', path, null),
    async ready() {
      const response = await fetch(`${url}/readyz`)
      const body = (await response.json()) as { writes?: string }
      return [response.status, body.writes]
    },
    async writeUntilRefused(most) {
      const written: string[] = []
      for (let turn = 0; turn < most; turn++) {
        const answer = await client.write(`turn ${turn}`)
        if (answer.status !== 201) return { refused: answer, written }
        written.push(String(answer.id))
      }
      return assert.fail(`${most} writes found room on a full disk`)
    },
  }
  return client
}

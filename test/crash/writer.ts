import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

/** A write that was sent, and what is known of it. */
export interface Write {
  /** As the change and its events tell it. */
  requestId: string
  action: 'created' | 'updated' | 'deleted' | 'restored'
  /** Of a creation, by which its record is found whether it was answered or not. */
  externalId: string | null
  /** Whether the server said that it is done. If not, it may be or may not be. */
  isAnswered: boolean
}

export interface WriterOptions {
  url(): Promise<string>
  key: string
  /** Whether one more is to be written; asked before each. */
  goesOn(): boolean
  sent(): void
  answered(): void
}

interface Contact {
  id: string
  isDeleted: boolean
}

/** Few, so that each has many changes, whose order can be seen. */
const mostContacts = 5

/** That of the external ids. */
export const source = 'crash'

/**
 * Creates, changes, deletes and restores contacts, one write after the other. What becomes of a write that is
 * cut off stays unknown to it, as to any client; it leaves the contact alone from then on.
 */
export async function writeOn(name: string, options: WriterOptions): Promise<Write[]> {
  const { url, key, goesOn, sent, answered } = options
  const writes: Write[] = []
  const contacts = new Map<number, Contact>()
  for (let turn = 0; goesOn(); turn++) {
    const place = turn % mostContacts
    const contact = contacts.get(place)
    const action = actionOn(contact, turn)
    const write: Write = {
      requestId: randomUUID(),
      action,
      externalId: action === 'created' ? `${name}-${turn}` : null,
      isAnswered: false,
    }
    writes.push(write)
    const response = request(`${await url()}/rest/contacts`, write, { contact, key, turn })
    sent()
    const answer = await response
    if (answer === null) {
      contacts.delete(place)
      continue
    }
    write.isAnswered = true
    contacts.set(place, { id: answer, isDeleted: action === 'deleted' })
    answered()
  }
  return writes
}

function actionOn(contact: Contact | undefined, turn: number): Write['action'] {
  if (!contact) return 'created'
  if (contact.isDeleted) return 'restored'
  return turn % 7 === 0 ? 'deleted' : 'updated'
}

/** The id of the record when it was answered with success; null when the connection was cut before. */
async function request(
  contacts: string,
  write: Write,
  { contact, key, turn }: { contact: Contact | undefined; key: string; turn: number },
): Promise<string | null> {
  const { action, requestId, externalId } = write
  const one = `${contacts}/${contact?.id}`
  const external_ids = [{ source, external_id: externalId }]
  const { method, url, body } = {
    created: { method: 'POST', url: contacts, body: { last_name: externalId, external_ids } },
    updated: { method: 'PATCH', url: one, body: { last_name: `turn ${turn}` } },
    deleted: { method: 'DELETE', url: one, body: null },
    restored: { method: 'POST', url: `${one}/restore`, body: null },
  }[action]
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'x-request-id': requestId,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : null,
    })
    const text = await response.text()
    assert.ok(response.ok, `${method} ${url} → ${response.status} ${text}`)
    return contact?.id ?? JSON.parse(text).data.id
  } catch (error) {
    // What fetch throws when there is no connection, or no more of it.
    if (error instanceof TypeError) return null
    throw error
  }
}

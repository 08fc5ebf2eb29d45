/** What a client of the crash test asks for, one request each. */
export interface Act {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/rest`. */
  path: string
  body: object | (() => FormData) | null
  /** What the change log tells of it, in order: `contacts.created`. */
  changes: readonly string[]
  /** Whether there may be only the first of its changes, when it is cut off. */
  isInParts: boolean
  /** An external id by which a created contact is found whether it was answered or not. */
  externalId: string | null
  /** It is sent with an Idempotency-Key and, when it was cut off, again until it is answered. */
  isKeyed: boolean
  /** What is known of the records once it is answered with this body. */
  done(body: unknown): void
}

/** What is there before the first act. */
export interface Ground {
  pipelineId: string
  stageIds: readonly string[]
  customField: string
}

interface Known {
  id: string
  isDeleted: boolean
}

/** That of the external ids. */
export const source = 'crash'

/** Few, so that each has many changes, whose order can be seen. */
const mostContacts = 3

/** Gives one client its acts, of every kind in turn. What becomes of a record whose act was cut off is left alone. */
export function actsOf(name: string, ground: Ground): { next(): Act } {
  const contacts = new Map<number, Known>()
  const deals = new Map<number, Known>()
  let file: string | null = null
  let turn = 0
  const kinds = [contact, contact, deal, together, contact, upload, keyed, contact, deal, oneByOne]
  return {
    next() {
      turn++
      return { ...plain, ...(kinds[turn % kinds.length] ?? contact)() }
    },
  }

  function contact(): Partial<Act> {
    const place = turn % mostContacts
    const known = contacts.get(place)
    contacts.delete(place)
    if (!known) {
      const externalId = `${name}-${turn}`
      return {
        ...created(externalId),
        done: (body) => contacts.set(place, { id: idIn(body), isDeleted: false }),
      }
    }
    const { id, isDeleted } = known
    const next = (deleted: boolean) => () => void contacts.set(place, { id, isDeleted: deleted })
    if (isDeleted)
      return { path: `/contacts/${id}/restore`, changes: ['contacts.restored'], done: next(false) }
    if (turn % 5 === 0)
      return { method: 'DELETE', path: `/contacts/${id}`, changes: ['contacts.deleted'], done: next(true) }
    return {
      method: 'PATCH',
      path: `/contacts/${id}`,
      body: { ...wordsOf(`${name} turn ${turn}`), tags: [turn % 2 ? 'hot' : 'cold'] },
      changes: ['contacts.updated'],
      done: next(false),
    }
  }

  function deal(): Partial<Act> {
    const known = deals.get(0)
    deals.delete(0)
    if (!known) {
      return {
        path: '/deals',
        body: { name: `${name} ${turn}`, pipeline_id: ground.pipelineId, tags: ['hot', 'cold'] },
        changes: ['deals.created'],
        done: (body) => deals.set(0, { id: idIn(body), isDeleted: false }),
      }
    }
    const { id, isDeleted } = known
    const next = (deleted: boolean) => () => void deals.set(0, { id, isDeleted: deleted })
    if (isDeleted) return { path: `/deals/${id}/restore`, changes: ['deals.restored'], done: next(false) }
    if (turn % 3 === 0)
      return { method: 'DELETE', path: `/deals/${id}`, changes: ['deals.deleted'], done: next(true) }
    const stage_id = ground.stageIds[turn % ground.stageIds.length]
    // A name of its own, so that there is a change where the stage stays the same.
    const body = { stage_id, name: `${name} ${turn}` }
    return { method: 'PATCH', path: `/deals/${id}`, body, changes: ['deals.updated'], done: next(false) }
  }

  function upload(): Partial<Act> {
    const content = `${name} ${turn} `.repeat(1_000 + turn)
    const body = () => {
      const form = new FormData()
      form.set('file', new File([content], `${turn}.txt`))
      return form
    }
    const parent = [...contacts.values()].find(({ isDeleted }) => !isDeleted)
    if (file !== null) {
      const id = file
      file = null
      return {
        method: 'PUT',
        path: `/uploaded_files/${id}`,
        body,
        changes: ['uploaded_files.updated'],
        done: () => {
          file = id
        },
      }
    }
    if (!parent) return contact()
    return {
      path: `/contacts/${parent.id}/uploaded_files`,
      body,
      changes: ['uploaded_files.created'],
      done: (answer) => {
        file = idIn(answer)
      },
    }
  }

  function keyed(): Partial<Act> {
    return { ...created(`${name}-keyed-${turn}`), isKeyed: true }
  }

  /** All of it or nothing. */
  function together(): Partial<Act> {
    return { ...batchOf(`${name}-together-${turn}`, true), isInParts: false }
  }

  function oneByOne(): Partial<Act> {
    return { ...batchOf(`${name}-parts-${turn}`, false), isInParts: true }
  }

  function created(externalId: string): Partial<Act> {
    return { path: '/contacts', body: contactOf(externalId), changes: ['contacts.created'], externalId }
  }

  function contactOf(externalId: string) {
    return {
      ...wordsOf(externalId),
      tags: ['cold', 'hot'],
      phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
      custom_fields: { [ground.customField]: externalId },
      external_ids: [{ source, external_id: externalId }],
    }
  }

  function batchOf(word: string, atomic: boolean): Partial<Act> {
    const contactsOfBatch = [1, 2, 3].map((at) => ({
      method: 'POST',
      path: '/contacts',
      body: contactOf(`${word}-${at}`),
    }))
    const last = { method: 'POST', path: '/deals', body: { name: word, pipeline_id: ground.pipelineId } }
    return {
      path: '/batch',
      body: { operations: [...contactsOfBatch, last], atomic },
      changes: ['contacts.created', 'contacts.created', 'contacts.created', 'deals.created'],
    }
  }
}

const plain: Act = {
  method: 'POST',
  path: '/contacts',
  body: null,
  changes: [],
  isInParts: false,
  externalId: null,
  isKeyed: false,
  done() {},
}

function wordsOf(text: string) {
  return { last_name: text, email_addresses: [`${text.replaceAll(' ', '.')}@example.com`] }
}

function idIn(body: unknown): string {
  return (body as { data: { id: string } }).data.id
}

import { v7 } from 'uuid'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A new record id: UUIDv7, so that ids made later sort later and index pages fill in order. */
export function newId(): string {
  return v7()
}

/** The id in its stored form, or null when it is not a UUID. */
export function parseId(input: string): string | null {
  const id = input.toLowerCase()
  return uuidShape.test(id) ? id : null
}

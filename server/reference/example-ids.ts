import { createHash } from 'node:crypto'

/** Each resource has an example id of its own, so that a sample's ids can be told apart. */
export function exampleId(name: string): string {
  return `0197a1c2-5b1e-7c3a-9d40-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
}

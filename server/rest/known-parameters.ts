import { idSchema } from '../resource-layer/fields/schemas.ts'
import type { Operation } from './operation.ts'

/** What every request for an operation asks about its parameters, so it is looked up once. */
export interface KnownParameters {
  /** Of the path. */
  path: readonly { name: string; isId: boolean }[]
  /** The names of those in the query; null for a list, which tells itself what it does not know. */
  query: ReadonlySet<string> | null
  /** The names of the flags, such as `include_custom_fields`. */
  flags: readonly string[]
}

const known = new WeakMap<Operation, KnownParameters>()

export function knownParameters(operation: Operation): KnownParameters {
  let parameters = known.get(operation)
  if (!parameters) {
    parameters = read(operation)
    known.set(operation, parameters)
  }
  return parameters
}

function read({ parameters }: Operation): KnownParameters {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const isList = parameters.some(({ name }) => name === 'updated_since')
  return {
    path: inPath.map(({ name, schema }) => ({ name, isId: schema === idSchema })),
    // Its custom fields are the account's own.
    query: isList ? null : new Set(inQuery),
    flags: parameters
      .map(({ name }) => name)
      .filter((name) => name.startsWith('include_') && name !== 'include_total'),
  }
}

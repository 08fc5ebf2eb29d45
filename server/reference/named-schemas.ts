import { isReference, type Json, type JsonObject, type OpenApiDocument } from './openapi.types.ts'
import { isObject } from './schemas.ts'

const inComponents = '#/components/schemas/'

/** The name in `#/components/schemas/Contact`; null when the schema is no such reference. */
export function nameOf(schema: JsonObject): string | null {
  const ref = schema.$ref
  return typeof ref === 'string' && ref.startsWith(inComponents) ? ref.slice(inComponents.length) : null
}

/** The schema itself, where a name stands for it. */
export function resolved(schema: JsonObject, document: OpenApiDocument): JsonObject {
  const name = nameOf(schema)
  return name === null ? schema : (document.components.schemas[name] ?? {})
}

/**
 * The named schemas that a response can hold. All others stand in bodies of requests alone, where a field that
 * is not required may be left out, while in a response it says that the field may be absent.
 */
export function schemasThatAreRead(document: OpenApiDocument): Set<string> {
  const read = new Set<string>()
  const follow = (value: Json) => {
    for (const name of namesIn(value)) {
      if (read.has(name)) continue
      read.add(name)
      follow(document.components.schemas[name] ?? null)
    }
  }
  follow(document.components.responses as unknown as Json)
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    for (const response of Object.values(operation.responses)) {
      if (!isReference(response)) follow((response.content ?? {}) as unknown as Json)
    }
  }
  return read
}

/** Every named schema that is mentioned in a value of the document, once. */
export function namesIn(value: Json): Set<string> {
  const names = new Set<string>()
  const walk = (at: Json) => {
    if (Array.isArray(at)) for (const inner of at) walk(inner)
    if (!isObject(at)) return
    const name = nameOf(at)
    if (name !== null) names.add(name)
    // An example may hold anything.
    for (const [key, inner] of Object.entries(at)) if (key !== 'example') walk(inner)
  }
  walk(value)
  return names
}

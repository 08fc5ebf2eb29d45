import { type ErrorObject, type ValidateFunction, Ajv2020 as Validator } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument } from './openapi.types.ts'

/** Says what is wrong with a value by the schema at a place of the document, in sentences. */
export type DocumentValidator = (pointer: readonly string[], value: unknown) => string[]

/** For tests and checks: validates by JSON Schema 2020-12, which OpenAPI 3.1 is built on, formats included. */
export function documentValidator(document: OpenApiDocument): DocumentValidator {
  // The document as a whole is no schema, so its other words are passed over.
  const ajv = new Validator({ strict: false, allErrors: true, validateSchema: false, allowUnionTypes: true })
  addFormats.default(ajv)
  ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
  ajv.addSchema(document, 'openapi')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer, value) => {
    const ref = `openapi#/${pointer.map(escaped).join('/')}`
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref })
    compiled.set(ref, validate)
    return validate(value) ? [] : (validate.errors ?? []).map(sentence)
  }
}

/** A name as a part of a JSON pointer in an address (RFC 6901 §6). */
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const detail = 'additionalProperty' in params ? ` (${String(params.additionalProperty)})` : ''
  return `${instancePath || 'the value'} ${message ?? 'is wrong'}${detail}`
}

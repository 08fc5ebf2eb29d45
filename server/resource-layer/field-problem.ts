import type { ErrorCode } from '../errors/error-codes.ts'

/** A value that a field cannot take: a code, and the rest of a sentence that begins with the parameter. */
export class FieldProblem extends Error {
  readonly code: ErrorCode

  constructor(sentence: string, code: ErrorCode = 'invalid_field') {
    super(sentence)
    this.code = code
  }
}

import Type, { type TSchema } from 'typebox'

export function nullableIf(nullable: boolean | undefined, schema: TSchema): TSchema {
  return nullable ? Type.Union([schema, Type.Null()]) : schema
}

export const idSchema = Type.String({ format: 'uuid' })
export const timeSchema = Type.String({ format: 'date-time' })
export const dateSchema = Type.String({ format: 'date' })
/** An exact number as a string, by design: `"1500.0"` (`contract.md` §1). */
export const decimalSchema = Type.String({ format: 'decimal', pattern: '^-?\\d+\\.\\d+$' })

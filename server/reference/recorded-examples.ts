import { readFileSync } from 'node:fs'
import type { Json } from './openapi.types.ts'

/**
 * What the demo company answers to the example requests: by operation and status, a JSON document or the
 * first lines of a streamed text. `scripts/record-examples.ts` writes them; a test asks again and compares.
 */
export type RecordedExamples = Readonly<Record<string, Readonly<Record<string, Json>>>>

/** Where the demo company was when it was asked. */
export const recordedOrigin = 'https://latchkey.example.com'

export const recordedFile = new URL('./recorded-examples.json', import.meta.url)

/** @param publicUrl where links of the examples lead. */
export function recordedExamples(publicUrl: string): RecordedExamples {
  return JSON.parse(readFileSync(recordedFile, 'utf8').replaceAll(recordedOrigin, publicUrl))
}

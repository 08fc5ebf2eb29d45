import type { Readable } from 'node:stream'
import type { TSchema } from 'typebox'
import type { Files } from '../files/files.ts'
import type { SentFile } from '../files/send-file.ts'
import type { Action, Need, PlaceRight } from '../resource-layer/access.ts'
import type { ReadContext, Resource } from '../resource-layer/resource.ts'
import type { WriteSettings } from '../resource-layer/write.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'
import type { Answer } from './answer.ts'
import type { Caller } from './caller.ts'
import type { Deprecation } from './deprecation.ts'
import type { Form } from './rack-form.ts'

/** One method on one path of the API: what it is, for the reference, and what it does. */
export interface Operation {
  /** `listContacts`: unique, and the name in generated clients. */
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{id}` in braces, without the `/rest` in front. */
  path: string
  /** The group in the reference. */
  tag: string
  summary: string
  description: string
  parameters: readonly Parameter[]
  body?: BodyShape
  responses: readonly ResponseShape[]
  /** `admin`: a signed-in person needs to be an admin; a key may always. `public`: without any credential. */
  access: 'read' | 'write' | 'admin' | 'public'
  /** What a key needs for it; null where every key may, and sees what it may see. */
  need: Need | null
  /** It runs other operations, and can answer with any error of theirs. */
  runsOthers?: true
  /** Absent while nothing is planned against it. */
  deprecated?: Deprecation
  handle(call: Call): Promise<Reply>
}

/** Who may do this to the records of a resource, by whichever operation. */
export function accessTo(
  resource: Pick<Resource, 'adminsOnly' | 'area' | 'setup' | 'managedBy'>,
  action: Action,
): Pick<Operation, 'access' | 'need'> {
  const need = resource.area === null ? null : ([resource.area, action] as const)
  if (action === 'read') return { access: resource.adminsOnly ? 'admin' : 'read', need }
  // Where a right in a place is enough, only the record tells whether somebody has it.
  return { access: resource.setup && resource.managedBy === null ? 'admin' : 'write', need }
}

/** What a write takes: its fields, flat or wrapped in a name, and other parts that stand beside them. */
export interface BodyShape {
  schema: TSchema
  wrapper: string
  /** `contact` and `property` of a new deal. */
  beside?: Readonly<Record<string, TSchema>>
  /** The field that takes a file. Such a body comes as multipart form data. */
  file?: string
  example?: unknown
}

export interface Parameter {
  name: string
  in: 'path' | 'query'
  description: string
  schema: TSchema
  required?: boolean
  /** Several values, repeated or separated by commas. */
  list?: boolean
}

export interface ResponseShape {
  status: number
  description: string
  /** Absent when there is no body, or one that is no JSON document. */
  schema?: TSchema
  /** Of a body that is streamed. */
  mediaType?: string
  /** The example of a streamed body that the example request does not get, so that none is recorded. */
  text?: string
}

/** A request on its way through an operation: checked, authenticated and within its budgets. */
export interface Call {
  caller: Caller
  /** The values of the path; ids are in their stored form. */
  path: Readonly<Record<string, string>>
  query: Form
  /** What was sent: nested or flat fields; an empty object when there was no body. */
  body: Readonly<Record<string, unknown>>
  read: ReadContext
  /** The same reading, of those pipelines and process types alone in which the caller has the right. */
  readBy(right: PlaceRight): ReadContext
  /** Opens the content of files. */
  files: Pick<Files, 'open'>
  writeSettings: WriteSettings
  /** Parameters that were sent and not used. */
  ignored: Set<string>
  /**
   * Runs `work` in one transaction; under strict handling it is undone when something was ignored. The reply
   * is kept in the same transaction under the request's idempotency key, so an operation writes once.
   */
  write(work: (writer: AccountWriter, context: ReadContext) => Promise<Reply>): Promise<Reply>
  /** It takes part in a transaction of others: what it writes is committed only after it has answered. */
  isPart: boolean
  requestId: string
  /** A header of the request, or undefined. */
  header(name: string): string | undefined
  /**
   * The reading by what the credential opens now, or null when it does not open this account any more; for
   * what is answered over a long time.
   */
  renewedRead(): Promise<ReadContext | null>
  /** Runs another operation of the API, as the same caller. @throws ApiError what it would answer. */
  run: RunInner
  /** Gives `work` operations that all run in one transaction; what it throws undoes them. */
  together(work: (run: RunInner) => Promise<Reply>): Promise<Reply>
  /** Counts further requests. @throws ApiError rate_limited when fewer are left; none is counted then. */
  spendRequests(count: number): Promise<void>
  /** Counts records of a body that is sent while it is made. */
  spendRecords(count: number): Promise<void>
  /** @throws ApiError precondition_failed unless `If-Match` allows the row as it is. */
  requireMatch(row: Row): void
}

/** One operation of a batch. */
export interface InnerRequest {
  method: Operation['method']
  /** With its query, without `/rest`. */
  path: string
  body: Record<string, unknown>
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
}

/** @param at its place, under which it has its share of the idempotency key. */
export type RunInner = (request: InnerRequest, at: number) => Promise<{ answer: Answer; reply: Reply | null }>

export interface Reply {
  status: number
  body?: unknown
  /** Instead of `body`: what is sent while it is made. It brings its own content type. */
  stream?: Readable
  /** Instead of `body`: the content of a file, sent whole or in part. */
  file?: SentFile
  headers?: Readonly<Record<string, string>>
  /** Its body holds a secret: where it is kept for a repeated request, it is sealed. */
  holdsSecret?: boolean
  /** How many records it counts for. */
  records: number
  /** The version of the one record that it shows. */
  version?: number
}

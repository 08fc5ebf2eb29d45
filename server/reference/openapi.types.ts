/** JSON as it goes into the document. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

/** The parts of an OpenAPI 3.1 document that are read again after it was made. */
export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: JsonObject }
  servers: { url: string; description: string }[]
  security: JsonObject[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, OperationObject>>
  webhooks: Record<string, WebhookObject>
  components: Components
}

export interface Components {
  securitySchemes: JsonObject
  schemas: Record<string, JsonObject>
  parameters: Record<string, ParameterObject>
  headers: Record<string, JsonObject>
  responses: Record<string, ResponseObject>
}

export interface OperationObject {
  operationId: string
  tags: string[]
  summary: string
  description: string
  deprecated?: true
  /** With the scopes that a key needs; where it is absent every key will do, where it is empty none is needed. */
  security?: { apiKey: string[] }[]
  parameters: (ParameterObject | Reference)[]
  requestBody?: { required: boolean; description: string; content: Record<string, MediaType> }
  responses: Record<string, ResponseObject | Reference>
  'x-codeSamples': CodeSample[]
}

/** What this server sends to others. */
export interface WebhookObject {
  post: {
    operationId: string
    tags: string[]
    summary: string
    description: string
    parameters: ParameterObject[]
    requestBody: { required: boolean; content: Record<string, MediaType> }
    responses: Record<string, ResponseObject>
  }
}

export interface Reference {
  $ref: string
}

export interface ParameterObject {
  name: string
  in: string
  description: string
  required?: boolean
  style?: string
  explode?: boolean
  schema: JsonObject
  example?: Json
}

export interface ResponseObject {
  description: string
  headers?: Record<string, Reference>
  content?: Record<string, MediaType>
  /** The statuses that a `default` response stands for. */
  'x-statuses'?: number[]
}

export interface MediaType {
  schema: JsonObject
  example?: Json
  encoding?: JsonObject
}

export interface CodeSample {
  lang: string
  label: string
  source: string
}

export function isReference(value: object): value is Reference {
  return '$ref' in value
}

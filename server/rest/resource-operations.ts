import type { OperationKind, Resource } from '../resource-layer/resource.ts'
import { listDocumentation } from './list-documentation.ts'
import { accessTo, type Operation, type Parameter } from './operation.ts'
import { createReply, deleteReply, getReply, listReply, restoreReply, updateReply } from './replies.ts'
import {
  bodyShape,
  deletedParameter,
  flagParameters,
  idParameter,
  listSchema,
  pascal,
  recordShape,
  words,
} from './shapes.ts'

/** What differs from the rule for one resource. */
export interface Exceptions {
  /** Replaces the creation, such as the three-in-one `POST /deals`. */
  create?: Pick<Operation, 'description' | 'body' | 'responses' | 'handle'>
  /** Query parameters that the deletion takes. */
  deleteParameters?: readonly Parameter[]
}

/** The operations of a resource at `/{resource}` and `/{resource}/{id}`. */
export function resourceOperations(resource: Resource, exceptions: Exceptions = {}): Operation[] {
  return resource.operations.flatMap((kind) => makers[kind](resource, exceptions))
}

const makers: Record<OperationKind, (resource: Resource, exceptions: Exceptions) => Operation[]> = {
  list: (resource) => [listOperation(resource)],
  get: (resource) => [getOperation(resource)],
  create: (resource, exceptions) => [createOperation(resource, exceptions)],
  update: (resource) => [updateOperation(resource, 'PUT'), updateOperation(resource, 'PATCH')],
  delete: (resource, exceptions) => [deleteOperation(resource, exceptions)],
  restore: (resource) => [restoreOperation(resource)],
}

function listOperation(resource: Resource): Operation {
  return {
    id: `list${pascal(resource.name)}`,
    method: 'GET',
    path: `/${resource.name}`,
    tag: resource.title,
    summary: `List ${words(resource.name)}`,
    description: resource.description,
    parameters: [...listDocumentation(resource), ...flagParameters(resource)],
    responses: [{ status: 200, description: 'A page of them.', schema: listSchema(resource) }],
    ...accessTo(resource, 'read'),
    handle: (call) => listReply(resource, call),
  }
}

function getOperation(resource: Resource): Operation {
  return {
    id: `get${pascal(resource.singular)}`,
    method: 'GET',
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Get one ${words(resource.singular)}`,
    description: resource.description,
    parameters: [idParameter, deletedParameter, ...flagParameters(resource)],
    responses: [recordShape(resource)],
    ...accessTo(resource, 'read'),
    handle: (call) => getReply(resource, call),
  }
}

function createOperation(resource: Resource, exceptions: Exceptions): Operation {
  return {
    id: `create${pascal(resource.singular)}`,
    method: 'POST',
    path: `/${resource.name}`,
    tag: resource.title,
    summary: `Create a ${words(resource.singular)}`,
    description: resource.description,
    parameters: flagParameters(resource),
    body: bodyShape(resource, 'create'),
    responses: [{ ...recordShape(resource), status: 201 }],
    ...accessTo(resource, 'write'),
    handle: (call) => createReply(resource, call, call.body),
    ...exceptions.create,
  }
}

function updateOperation(resource: Resource, method: 'PUT' | 'PATCH'): Operation {
  return {
    id: `${method === 'PUT' ? 'update' : 'patch'}${pascal(resource.singular)}`,
    method,
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Change a ${words(resource.singular)}`,
    description: 'Changes the fields that are sent and leaves the others; PUT and PATCH are the same.',
    parameters: [idParameter, ...flagParameters(resource)],
    body: bodyShape(resource, 'update'),
    responses: [recordShape(resource)],
    ...accessTo(resource, 'write'),
    handle: (call) => updateReply(resource, call),
  }
}

function deleteOperation(resource: Resource, exceptions: Exceptions): Operation {
  return {
    id: `delete${pascal(resource.singular)}`,
    method: 'DELETE',
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Delete a ${words(resource.singular)}`,
    description: `It is kept and can be brought back by \`POST /${resource.name}/{id}/restore\`.`,
    parameters: [idParameter, ...(exceptions.deleteParameters ?? [])],
    responses: [{ status: 204, description: 'It is deleted.' }],
    ...accessTo(resource, 'delete'),
    handle: (call) => deleteReply(resource, call, exceptions.deleteParameters),
  }
}

function restoreOperation(resource: Resource): Operation {
  return {
    id: `restore${pascal(resource.singular)}`,
    method: 'POST',
    path: `/${resource.name}/{id}/restore`,
    tag: resource.title,
    summary: `Restore a deleted ${words(resource.singular)}`,
    description: 'Brings it back as it was. One that is not deleted stays as it is.',
    parameters: [idParameter, ...flagParameters(resource)],
    responses: [recordShape(resource)],
    ...accessTo(resource, 'write'),
    handle: (call) => restoreReply(resource, call),
  }
}

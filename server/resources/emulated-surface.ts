import type { KnownOperation } from '../rest/emulation.ts'

const list = ['page', 'per_page']

/**
 * The operations that the API which Latchkey is compatible with is known to have at a known path, with the
 * query parameters that they know (`contract.md` §2). An account that emulates has these and no others.
 */
export const emulatedSurface: readonly KnownOperation[] = [
  { method: 'GET', path: '/info/account' },
  { method: 'GET', path: '/info/user' },
  { method: 'GET', path: '/users', query: list },
  { method: 'GET', path: '/pipelines', query: list },
  { method: 'GET', path: '/pipelines/{id}' },
  { method: 'GET', path: '/pipelines/{id}/stages', query: list },
  { method: 'GET', path: '/pipelines/{id}/stages/{stage_id}' },
  { method: 'GET', path: '/pipelines/{id}/sources', query: list },
  { method: 'GET', path: '/pipelines/{id}/deals', query: [...list, 'order_field', 'order_direction'] },
  {
    method: 'GET',
    path: '/deals',
    query: [...list, 'search', 'pipeline_id', 'contact_id', 'updated_since'],
  },
  // The flag is taken there and makes a second deal all the same (`contract.md` §3).
  { method: 'POST', path: '/deals', withoutEffect: ['accept_duplicates'] },
  { method: 'GET', path: '/deals/{id}' },
  { method: 'PUT', path: '/deals/{id}' },
  { method: 'GET', path: '/contacts', query: [...list, 'search'] },
  { method: 'GET', path: '/contacts/{id}' },
  { method: 'POST', path: '/contacts' },
  { method: 'PUT', path: '/contacts/{id}' },
  {
    method: 'GET',
    path: '/properties',
    query: [...list, 'search', 'include_custom_fields', 'include_property_groups'],
  },
  { method: 'GET', path: '/properties/{id}' },
  { method: 'GET', path: '/properties/{id}/units', query: list },
  { method: 'PUT', path: '/properties/{id}' },
  { method: 'GET', path: '/process_types', query: list },
  { method: 'GET', path: '/process_types/{id}' },
  { method: 'GET', path: '/process_types/{id}/stages', query: list },
  { method: 'GET', path: '/process_types/{id}/custom_fields', query: list },
  { method: 'GET', path: '/process_types/{id}/contact_roles', query: list },
  { method: 'GET', path: '/process_types/{id}/assignee_roles', query: list },
  { method: 'GET', path: '/process_types/{id}/stages/{process_stage_id}/steps', query: list },
  { method: 'GET', path: '/process_types/{id}/processes', query: [...list, 'updated_since'] },
  {
    method: 'GET',
    path: '/processes',
    query: [...list, 'process_type_id', 'updated_since', 'include_custom_fields'],
  },
  { method: 'POST', path: '/processes' },
  { method: 'GET', path: '/processes/{id}', query: ['include_custom_fields'] },
  { method: 'PUT', path: '/processes/{id}' },
  { method: 'PATCH', path: '/processes/{id}' },
  { method: 'GET', path: '/tasks', query: [...list, 'updated_since', 'due_type', 'step_ids'] },
  { method: 'GET', path: '/custom_fields', query: list },
  { method: 'POST', path: '/custom_fields' },
  { method: 'POST', path: '/notes' },
  { method: 'POST', path: '/uploaded_files' },
  { method: 'GET', path: '/calls', query: list },
  { method: 'POST', path: '/calls' },
  { method: 'POST', path: '/text_messages' },
  { method: 'GET', path: '/text_messages/{id}' },
  { method: 'GET', path: '/conversations', query: [...list, 'contact_id', 'updated_since'] },
  { method: 'PATCH', path: '/conversations/{id}' },
  { method: 'GET', path: '/webhook_subscriptions', query: list },
  { method: 'POST', path: '/webhook_subscriptions' },
  { method: 'GET', path: '/webhook_subscriptions/{id}' },
  { method: 'PUT', path: '/webhook_subscriptions/{id}' },
  { method: 'DELETE', path: '/webhook_subscriptions/{id}' },
]

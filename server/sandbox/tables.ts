/**
 * What a reset empties, in an order in which no row is left that points to one that is gone: whatever names
 * another table stands before it. Every table of an account stands here or below.
 */
export const clearedTables = [
  'idempotency_keys',
  'outgoing_messages',
  'captured_messages',
  'webhook_attempts',
  'webhook_deliveries',
  'webhook_states',
  'webhook_secrets',
  'webhook_subscriptions',
  'unpublished_changes',
  'events',
  'changes',
  'lookups',
  'external_ids',
  'taggings',
  'tags',
  'notes',
  'uploaded_files',
  'text_messages',
  'emails',
  'calls',
  'conversation_contacts',
  'conversations',
  'stage_stays',
  'tasks',
  'process_properties',
  'process_contacts',
  'process_users',
  'processes',
  'deal_contacts',
  'deal_properties',
  'deals',
  'lease_tenants',
  'leases',
  'units',
  'properties',
  'property_groups',
  'contacts',
  'steps',
  'contact_roles',
  'assignee_roles',
  'process_stages',
  'process_types',
  'sources',
  'stages',
  'pipelines',
  'custom_fields',
] as const

/** What it leaves: who belongs to the account and how it is reached, and what happened to the account itself. */
export const keptTables = [
  // Counted anew at the end of each reset.
  'record_counts',
  'account_settings',
  'members',
  'users',
  'member_permissions',
  // Nobody is ever invited to a sandbox.
  'invitations',
  'api_keys',
  'api_key_hashes',
  'api_key_days',
  'revoked_keys',
  'audit_entries',
  // Positions go on, so that whoever follows the events sees what comes next.
  'event_positions',
  // Bytes of uploads, until they are tidied up.
  'loose_contents',
  // Holds the rows of all others by name; those of cleared tables go with them.
  'search_rows',
  'search_spaces',
  'sandboxes',
] as const

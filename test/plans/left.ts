/**
 * Filters for which nobody pays an index: the list walks through the account in its order and stops when the page is
 * full, as it is soon, because such a value is that of many records; or the account has few of the records.
 */
export const walked: Readonly<Record<string, readonly string[]>> = {
  audit_entries: ['kind', 'address'],
  emails: ['subject', 'direction', 'status', 'manually_added', 'delivered_at'],
  text_messages: ['direction', 'status', 'manually_added', 'delivered_at'],
  calls: ['direction', 'outcome', 'duration_seconds'],
  conversations: ['kind', 'inbox', 'status'],
  notes: ['kind', 'parent_type', 'direction'],
  // What is due is looked for among the open ones.
  tasks: ['kind', 'skipped', 'auto_send', 'completed', 'on_time', 'due_type'],
  // Of a deal and a process the stage tells the status, and there are many stages of each.
  deals: ['status', 'cost'],
  processes: ['status', 'on_time', 'time_to_close'],
  properties: ['property_type', 'address_2', 'address_3', 'address_4', 'state', 'country'],
  units: [
    ...['num_bathrooms', 'num_bedrooms', 'occupancy', 'square_feet', 'estimated_rent', 'delinquent_rent'],
    ...['market_rent', 'current_rent', 'amount_receivable', 'lease_start_date', 'lease_end_date'],
    ...['current_lease_move_in', 'current_lease_move_out', 'future_lease_move_in', 'future_lease_move_out'],
  ],
  leases: ['move_in', 'move_out', 'rent'],
  stage_stays: ['pipeline_id', 'process_type_id', 'left_at', 'open', 'seconds'],
  uploaded_files: ['size', 'content_type', 'public_access', 'uploadable_type'],
  events: ['timestamp', 'actor_id', 'resource', 'pipeline_id', 'process_type_id', 'stage_id', 'tag'],
  webhook_deliveries: [
    ...['type', 'is_test', 'is_redelivery', 'attempts_count', 'next_attempt_at', 'response_status'],
    ...['duration_ms'],
  ],
}

/**
 * Orders for which nobody pays an index: what is found of one account is sorted before its first page. There are
 * tens of thousands of these in the largest account at most, or it is an order in words of which there are few.
 */
export const sorted: Readonly<Record<string, readonly string[]>> = {
  audit_entries: ['action'],
  events: ['timestamp'],
  stage_stays: ['left_at', 'seconds'],
  notes: ['kind', 'direction'],
  tasks: ['kind'],
  webhook_deliveries: ['attempts_count', 'duration_ms', 'next_attempt_at', 'response_status', 'status'],
  processes: ['time_to_close'],
  properties: ['property_type', 'state'],
  units: [
    ...['num_bathrooms', 'num_bedrooms', 'occupancy', 'square_feet', 'estimated_rent', 'delinquent_rent'],
    ...['market_rent', 'current_rent', 'amount_receivable', 'lease_start_date', 'lease_end_date'],
    ...['current_lease_move_in', 'current_lease_move_out', 'future_lease_move_in', 'future_lease_move_out'],
  ],
  leases: ['start_date', 'end_date', 'move_in', 'move_out', 'rent'],
  emails: ['from', 'subject', 'direction', 'status', 'delivered_at'],
  text_messages: ['from', 'to', 'direction', 'status', 'delivered_at'],
  calls: ['from', 'to', 'direction', 'outcome', 'duration_seconds'],
  conversations: ['kind', 'inbox', 'status'],
  deals: ['cost'],
  uploaded_files: ['content_type', 'size'],
}

/** What an account has few of, however long it lives: all of it may be read, walked or sorted. */
export const few: ReadonlySet<string> = new Set(['users', 'tags', 'custom_fields', 'captured_messages'])

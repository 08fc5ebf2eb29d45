import type { Bounds } from '../../resource-layer/access.ts'
import { boolean } from '../../resource-layer/fields/boolean.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { time } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import type { Field } from '../../resource-layer/resource.ts'

/** Who may see a message: whoever may see all that it is part of. */
export const messageBounds: Bounds = {
  through: [
    { column: 'conversation_id', table: 'conversations' },
    { column: 'deal_id', table: 'deals' },
    { column: 'process_id', table: 'processes' },
  ],
}

/** What can become of a text or mail. */
export const statuses = ['queued', 'sent', 'delivered', 'failed', 'not_sent', 'received', 'recorded'] as const

/** Which way it went; it never changes. */
export function direction(): Field {
  return choice({
    column: 'direction',
    description: 'Which way it went.',
    choices: ['inbound', 'outbound'],
    default: 'outbound',
    fixed: true,
  })
}

/** What somebody remarks on it; the other party never sees it. */
export function remark(): Field {
  return text({
    column: 'description',
    description: 'What is to be known of it in the team; newlines are kept.',
    example: 'Wants to see the flat on Friday.',
    long: true,
    nullable: true,
    search: true,
  })
}

export function manuallyAdded(): Field {
  return boolean({
    column: 'manually_added',
    description: 'Whether it only records what went another way. Such a message is never sent from here.',
  })
}

/** What became of it: for clients to read alone. */
export function outcome(): Record<'status' | 'status_reason' | 'sent_at' | 'delivered_at', Field> {
  return {
    status: readOnly(
      choice({
        column: 'status',
        description:
          'What became of it: `queued` waits to be sent, `sent` was taken over by the mail server or provider, `delivered` arrived, `failed` was refused or given up, `not_sent` never went out, `received` came in, `recorded` went another way.',
        choices: statuses,
        default: 'queued',
      }),
    ),
    status_reason: text({
      column: 'status_reason',
      description: 'Why it failed, was not sent, or still waits.',
      nullable: true,
      readOnly: true,
    }),
    sent_at: readOnly(
      time({ column: 'sent_at', description: 'When the mail server or provider took it over.' }),
    ),
    delivered_at: readOnly(
      time({ column: 'delivered_at', description: 'When the provider said that it had arrived.' }),
    ),
  }
}

/** Whom and what it is about. */
export function associations(): Record<'contact' | 'deal' | 'process' | 'user', Field> {
  return {
    contact: reference({
      column: 'contact_id',
      to: 'contacts',
      description:
        'The other party. Unless it is sent, the one contact that has the number or address is taken.',
      shows: ['id', 'name'],
      linked: true,
      unknown: 'unknown_contact',
    }),
    deal: reference({
      column: 'deal_id',
      to: 'deals',
      description: 'The deal it belongs to.',
      shows: ['id', 'name'],
      linked: true,
      unknown: 'unknown_deal',
    }),
    process: reference({
      column: 'process_id',
      to: 'processes',
      description: 'The process it belongs to.',
      shows: ['id', 'name'],
      linked: true,
      unknown: 'unknown_process',
    }),
    user: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who sent, made or took it. For what goes out, by default the person behind the key.',
      shows: ['id', 'name', 'email'],
      unknown: 'unknown_user',
    }),
  }
}

/** The thread that it stands in. A text or mail is always in one, a call where its numbers are known. */
export function itsConversation(options: { filled?: true }): Field {
  return reference({
    column: 'conversation_id',
    to: 'conversations',
    description:
      'The conversation it is part of. Unless it is sent, the latest one between the same two parties is taken, or a new one begun.',
    example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', subject: 'Text from (555) 010-4477' },
    shows: ['id', 'subject'],
    unknown: 'unknown_conversation',
    ...options,
  })
}

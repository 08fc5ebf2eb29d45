import Type from 'typebox'
import {
  type AuditAction,
  type AuditKind,
  actionsOf,
  auditActions,
  auditKinds,
} from '../../audit/audit-actions.ts'
import { choice } from '../../resource-layer/fields/choice.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { id, recordTime } from '../../resource-layer/fields/standard.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource, type Field, FieldProblem } from '../../resource-layer/resource.ts'
import type { Row } from '../../storage/account-store.ts'
import { subject } from './audit-entries.subject.ts'

const actions = Object.keys(auditActions) as AuditAction[]

const action = choice({
  column: 'action',
  choices: actions,
  required: true,
  description: `What was done. ${actions.map((name) => `\`${name}\`: ${auditActions[name].summary}.`).join(' ')}`,
})

const kind: Field = {
  description: 'What sort of act it was.',
  example: 'sign_ins',
  schema: Type.String({ enum: [...auditKinds] }),
  columns: ['action'],
  present: (row) => actOf(row)?.kind ?? 'company',
  filters: [
    {
      param: 'kind',
      description: 'Only acts of these sorts.',
      schema: Type.String({ enum: [...auditKinds] }),
      list: true,
      range: false,
      apply: (query, condition) =>
        condition.kind === 'any'
          ? query.where('action', 'in', actionsOf(condition.values.map(requireKind)))
          : query,
    },
  ],
}

const summary: Field = {
  description: 'The act in words.',
  example: 'Signed in',
  schema: Type.String(),
  columns: ['action'],
  present: (row) => actOf(row)?.summary ?? row.action,
}

const details: Field = {
  description:
    'What else there is to know of it, such as the role before and after. Never a secret. Its keys depend on the action.',
  example: { role: 'admin', previous_role: 'member' },
  schema: Type.Record(Type.String(), Type.Unknown()),
  columns: ['details'],
  present: (row) => JSON.parse(String(row.details)),
}

/** Read only, for ever: what is in the audit log cannot be changed or deleted by anybody. */
export const auditEntries = defineResource({
  name: 'audit_entries',
  singular: 'audit_entry',
  title: 'Audit log',
  area: 'audit',
  description:
    'Who did what to keys, webhooks, people and the company, and who signed in. Entries are kept for ever; nobody can change or delete them. A signed-in person needs to be an admin to read them.',
  operations: ['list', 'get'],
  isLogged: false,
  adminsOnly: true,
  searchThrough: [
    { table: 'audit_entries', own: 'id', to: { table: 'users', other: 'user_id' } },
    { table: 'audit_entries', own: 'id', to: { table: 'users', other: 'subject' } },
  ],
  fields: {
    id: id(),
    created_at: { ...recordTime('created_at'), description: 'When it happened.' },
    action: readOnly(action),
    kind,
    summary,
    user: readOnly(
      reference({
        column: 'user_id',
        to: 'users',
        description:
          'Who did it; null where nobody was signed in. For an attempt to sign in, the person whose address was used.',
        shows: ['id', 'name', 'email'],
        unknown: 'unknown_user',
      }),
    ),
    subject: subject(),
    details,
    address: text({
      column: 'address',
      description: 'The network address that it came from; null where it came from Latchkey itself.',
      example: '192.0.2.44',
      nullable: true,
      readOnly: true,
      filter: true,
    }),
    user_agent: text({
      column: 'user_agent',
      description: 'The browser or program that it came from, as it names itself.',
      example: 'Mozilla/5.0 (X11; Linux x86_64)',
      nullable: true,
      readOnly: true,
    }),
    request_id: text({
      column: 'request_id',
      description: 'The id of the request, as in the log of the server.',
      example: 'req-7f3a',
      nullable: true,
      readOnly: true,
    }),
    updated_at: recordTime('updated_at'),
  },
})

function actOf(row: Row): { kind: AuditKind; summary: string } | undefined {
  return auditActions[row.action as AuditAction]
}

/** @throws FieldProblem */
function requireKind(value: string): AuditKind {
  const found = auditKinds.find((known) => known === value.toLowerCase())
  if (!found) throw new FieldProblem(`must be one of ${auditKinds.join(', ')}`)
  return found
}

import type { CapturedMessage } from '../../api/sandbox.ts'

export const kindNames = {
  email: { one: 'E-mail', plural: 'E-mails' },
  text: { one: 'Text', plural: 'Texts' },
  webhook: { one: 'Webhook', plural: 'Webhooks' },
} as const

/** What the address of the page says of what is shown. */
export interface Shown {
  kind?: CapturedMessage['kind']
}

export function kindIn({ kind }: Record<string, unknown>): Shown {
  return isKind(kind) ? { kind } : {}
}

export function isKind(value: unknown): value is CapturedMessage['kind'] {
  return typeof value === 'string' && Object.hasOwn(kindNames, value)
}

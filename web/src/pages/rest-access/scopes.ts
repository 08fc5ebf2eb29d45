/** `write` creates, changes and restores. `write` and `delete` are given only together with `read`. */
export const actions = ['read', 'write', 'delete'] as const
export type Action = (typeof actions)[number]

/** Stands for every area, those that come later as well. */
export const everyArea = '*'
export const everyScope = actions.map((action) => `${everyArea}:${action}`)
export const readOnly = [`${everyArea}:read`]

/** Whether an area is opened by what is given to every area. */
export function isGivenToAll(scopes: readonly string[], area: string, action: Action): boolean {
  return area !== everyArea && scopes.includes(`${everyArea}:${action}`)
}

export function isGiven(scopes: readonly string[], area: string, action: Action): boolean {
  return scopes.includes(`${area}:${action}`) || isGivenToAll(scopes, area, action)
}

/** Ticks or unticks one box. What is written or deleted is read as well, so the one box takes others along. */
export function toggledScope(scopes: readonly string[], area: string, action: Action): string[] {
  return scopes.includes(`${area}:${action}`)
    ? withoutScope(scopes, area, action)
    : withScope(scopes, area, action)
}

/** Without what an area has from every area anyway. */
export function withoutRepetition(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => {
    const [area = '', action] = scope.split(':')
    return area === everyArea || !scopes.includes(`${everyArea}:${action}`)
  })
}

export function hasSameScopes(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((scope) => others.includes(scope))
}

function withScope(scopes: readonly string[], area: string, action: Action): string[] {
  const own = [...scopes, `${area}:${action}`]
  return isGiven(own, area, 'read') ? own : [...own, `${area}:read`]
}

function withoutScope(scopes: readonly string[], area: string, action: Action): string[] {
  if (action !== 'read') return scopes.filter((scope) => scope !== `${area}:${action}`)
  const left = scopes.filter((scope) => scope.split(':')[0] !== area)
  if (area !== everyArea) return left
  // Reading everything carried those that only write and delete by themselves.
  const areas = new Set(left.map((scope) => scope.split(':')[0]))
  return [...new Set([...left, ...[...areas].map((own) => `${own}:read`)])]
}

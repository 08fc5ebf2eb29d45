import type { Row } from '../storage/account-store.ts'

/** Lets several fields of one page share one query: the answer is kept for as long as the page's rows are. */
export function pageMemo<T, C>(
  load: (rows: readonly Row[], context: C) => Promise<T>,
): (rows: readonly Row[], context: C) => Promise<T> {
  const known = new WeakMap<readonly Row[], Promise<T>>()
  return (rows, context) => {
    let answer = known.get(rows)
    if (!answer) {
      answer = load(rows, context)
      known.set(rows, answer)
    }
    return answer
  }
}

const mostKept = 2_000
const kept = new Map<string, ObjectMaker>()

/** Makes an object of the values of its names, in their order. */
export type ObjectMaker = (values: readonly unknown[]) => Record<string, unknown>

/**
 * Makes objects that all have these names, each once, as a literal in the program would. One that grows by names
 * that are computed becomes a dictionary from some twenty on, which takes V8 four times as long to write as JSON.
 */
export function objectMaker(names: readonly string[]): ObjectMaker {
  const key = JSON.stringify(names)
  let maker = kept.get(key)
  if (!maker) {
    maker = compile(names)
    if (kept.size >= mostKept) kept.clear()
    kept.set(key, maker)
  }
  return maker
}

function compile(names: readonly string[]): ObjectMaker {
  const members = names.map((name, at) => `${literal(name)}: values[${at}]`)
  return new Function('values', `return { ${members.join(', ')} }`) as ObjectMaker
}

/** Without brackets, that name alone is not one of a property. With them, V8 adds properties one by one. */
function literal(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

import type { Exchange } from './session.ts'

const longest = 1_500

/** A sequence of requests with their answers, and what is wrong with the last of them. */
export function transcript(exchanges: readonly Exchange[], problems: readonly string[]): string {
  return [
    ...exchanges.map((exchange, at) => `${at + 1}. ${told(exchange)}`),
    ...problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function told({ method, path, sentHeaders, step, sentBody, status, text }: Exchange): string {
  const headers = Object.entries(sentHeaders).map(([name, value]) => `${name}: ${shortened(value)}`)
  const credential =
    step.credential === 'none' || step.credential === 'wrong' ? [`(credential: ${step.credential})`] : []
  const lines = [
    `${method} /rest${shortened(path)}`,
    ...credential,
    ...headers,
    ...(sentBody ? [shortened(sentBody)] : []),
  ]
  return `${lines.join('\n     ')}\n   → ${status} ${shortened(text)}`
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} … (${text.length} characters)`
}

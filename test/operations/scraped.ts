import assert from 'node:assert/strict'

/** One line of what is scraped. */
export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([Nn]a[Nn]|[+-]?Inf|[+-]?\d[\d.eE+-]*)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y
const suffixes: Record<string, string[]> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}

/** Reads Prometheus's text format 0.0.4, strictly: every sample belongs to a metric that was announced with help and type. */
export function parseScraped(text: string): Sample[] {
  assert.ok(text.endsWith('\n'), 'the last line ends')
  const types = new Map<string, string>()
  const helps = new Set<string>()
  const samples: Sample[] = []
  for (const line of text.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (word === 'HELP') helps.add(name)
    else if (word === 'TYPE') {
      assert.ok(['counter', 'gauge', 'histogram', 'summary'].includes(rest) && !types.has(name), line)
      types.set(name, rest)
    } else if (line !== '') samples.push(sampleOf(line))
  }
  for (const { name } of samples) {
    const announced = [...types].some(([metric, type]) =>
      (suffixes[type] ?? ['']).some((suffix) => name === `${metric}${suffix}`),
    )
    assert.ok(announced, `${name} was announced`)
  }
  assert.deepEqual(
    [...types.keys()].filter((name) => !helps.has(name)),
    [],
    'each has a help',
  )
  return samples
}

function sampleOf(line: string): Sample {
  const [, name = '', inside = '', value = ''] = sampleLine.exec(line) ?? []
  assert.ok(name !== '', `a sample: ${line}`)
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < inside.length) {
    const [, key = '', text = ''] = label.exec(inside) ?? []
    assert.ok(key !== '' && !(key in labels), `labels: ${line}`)
    labels[key] = text
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) }
}

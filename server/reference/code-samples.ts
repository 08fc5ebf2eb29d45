import { type Language, literal, singleLine, singleQuoted } from './literals.ts'
import type { CodeSample, Json, JsonObject } from './openapi.types.ts'

/** A request that a sample makes. The key is read from the environment variable LATCHKEY_API_KEY. */
export interface SampleRequest {
  method: string
  url: string
  /** Sent as JSON; null for none. */
  body: Json
  /** Sent as multipart form data instead: its fields, and the one whose value is the path of a file. */
  form?: { fields: JsonObject; file: string }
  isPublic?: boolean
}

/** The request in five languages, curl first. */
export function codeSamples(request: SampleRequest): CodeSample[] {
  return [
    { lang: 'shell', label: 'curl', source: curl(request) },
    { lang: 'node', label: 'Node.js', source: node(request) },
    { lang: 'python', label: 'Python', source: python(request) },
    { lang: 'ruby', label: 'Ruby', source: ruby(request) },
    { lang: 'php', label: 'PHP', source: php(request) },
  ]
}

/** A command for a POSIX shell. */
export function curl({ method, url, body, form, isPublic }: SampleRequest): string {
  const parts = [`curl ${method === 'GET' ? '' : `-X ${method} `}${shellQuoted(url)}`]
  if (!isPublic) parts.push('-H "Authorization: Bearer $LATCHKEY_API_KEY"')
  if (body !== null) {
    parts.push("-H 'Content-Type: application/json'", `-d ${shellQuoted(JSON.stringify(body, null, 2))}`)
  }
  for (const { name, value, isFile } of partsOf(form)) {
    // In a value that is no file, curl would take a leading @ or < for one.
    parts.push(
      isFile ? `-F ${shellQuoted(`${name}=@${value}`)}` : `--form-string ${shellQuoted(`${name}=${value}`)}`,
    )
  }
  return parts.join(' \\\n  ')
}

interface Part {
  name: string
  value: string
  isFile: boolean
}

function partsOf(form: SampleRequest['form']): Part[] {
  if (!form) return []
  return Object.entries(form.fields).map(([name, value]) => ({
    name,
    value: String(value),
    isFile: name === form.file,
  }))
}

/** In a POSIX shell nothing has a meaning inside of single quotes but the closing one. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function node({ method, url, body, form, isPublic }: SampleRequest): string {
  const options: string[] = []
  const lines = form ? ["import { openAsBlob } from 'node:fs'", '', 'const form = new FormData()'] : []
  for (const { name, value, isFile } of partsOf(form)) {
    const text = singleLine(value)
    lines.push(
      isFile
        ? `form.append(${singleLine(name)}, await openAsBlob(${text}), ${text})`
        : `form.append(${singleLine(name)}, ${text})`,
    )
  }
  if (method !== 'GET') options.push(`  method: '${method}',`)
  const headers: string[] = []
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the sample that interpolates.
  if (!isPublic) headers.push('    Authorization: `Bearer ${process.env.LATCHKEY_API_KEY}`,')
  if (body !== null) headers.push("    'Content-Type': 'application/json',")
  if (headers.length > 0) options.push('  headers: {', ...headers, '  },')
  if (body !== null) options.push(`  body: JSON.stringify(${literal(body, javascript, 1)}),`)
  if (form) options.push('  body: form,')
  const given = options.length > 0 ? `, {\n${options.join('\n')}\n}` : ''
  lines.push(
    `const response = await fetch(${singleLine(url)}${given})`,
    'console.log(response.status, await response.text())',
  )
  return lines.join('\n')
}

function python({ method, url, body, form, isPublic }: SampleRequest): string {
  const imports = isPublic ? 'import requests' : 'import os\nimport requests'
  const given = [`    ${singleLine(url)},`]
  if (!isPublic) given.push(`    headers={'Authorization': f"Bearer {os.environ['LATCHKEY_API_KEY']}"},`)
  if (body !== null) given.push(`    json=${literal(body, pythonWords, 1)},`)
  const parts = partsOf(form)
  const fields = parts.filter(({ isFile }) => !isFile).map(({ name, value }) => [name, value] as const)
  if (form) given.push(`    data=${literal(Object.fromEntries(fields), pythonWords, 1)},`)
  for (const { name, value } of parts.filter(({ isFile }) => isFile))
    given.push(`    files={${singleLine(name)}: open(${singleLine(value)}, 'rb')},`)
  return `${imports}\n\nresponse = requests.${method.toLowerCase()}(\n${given.join('\n')}\n)\nprint(response.status_code, response.text)`
}

function ruby({ method, url, body, form, isPublic }: SampleRequest): string {
  const name = method.charAt(0) + method.slice(1).toLowerCase()
  const lines = [
    "require 'json'",
    "require 'net/http'",
    '',
    `uri = URI(${singleLine(url)})`,
    `request = Net::HTTP::${name}.new(uri)`,
  ]
  if (!isPublic) lines.push(`request['Authorization'] = "Bearer #{ENV.fetch('LATCHKEY_API_KEY')}"`)
  if (body !== null) {
    lines.push(
      "request['Content-Type'] = 'application/json'",
      `request.body = JSON.generate(${literal(body, rubyWords)})`,
    )
  }
  if (form) {
    const parts = partsOf(form).map(
      ({ name, value, isFile }) =>
        `  [${rubyQuoted(name)}, ${isFile ? `File.open(${rubyQuoted(value)})` : rubyQuoted(value)}],`,
    )
    lines.push('request.set_form([', ...parts, "], 'multipart/form-data')")
  }
  lines.push(
    "response = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }",
    'puts response.code, response.body',
  )
  return lines.join('\n')
}

function php({ method, url, body, form, isPublic }: SampleRequest): string {
  const headers: string[] = []
  if (!isPublic) headers.push("        'Authorization: Bearer ' . getenv('LATCHKEY_API_KEY'),")
  if (body !== null) headers.push("        'Content-Type: application/json',")
  const options = [`    CURLOPT_CUSTOMREQUEST => '${method}',`, '    CURLOPT_RETURNTRANSFER => true,']
  if (headers.length > 0) options.push('    CURLOPT_HTTPHEADER => [', ...headers, '    ],')
  if (body !== null) options.push(`    CURLOPT_POSTFIELDS => json_encode(${literal(body, phpWords, 1)}),`)
  if (form) {
    const parts = partsOf(form).map(
      ({ name, value, isFile }) =>
        `        ${singleQuoted(name)} => ${isFile ? `new CURLFile(${singleQuoted(value)})` : singleQuoted(value)},`,
    )
    options.push('    CURLOPT_POSTFIELDS => [', ...parts, '    ],')
  }
  return `<?php\n$request = curl_init(${singleQuoted(url)});\ncurl_setopt_array($request, [\n${options.join('\n')}\n]);\necho curl_exec($request);`
}

const javascript: Language = {
  step: 2,
  text: singleLine,
  key: (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : singleLine(name)),
  arrow: ': ',
  object: ['{', '}'],
  nothing: 'null',
  yes: 'true',
  no: 'false',
  trailing: ',',
}

const pythonWords: Language = {
  ...javascript,
  step: 4,
  key: singleLine,
  nothing: 'None',
  yes: 'True',
  no: 'False',
}

const rubyWords: Language = { ...javascript, text: rubyQuoted, nothing: 'nil' }

const phpWords: Language = {
  ...javascript,
  step: 4,
  text: singleQuoted,
  key: singleQuoted,
  arrow: ' => ',
  object: ['[', ']'],
}

/** JSON's escapes are Ruby's; a # would begin an interpolation. */
function rubyQuoted(text: string): string {
  return JSON.stringify(text).replaceAll('#', '\\#')
}

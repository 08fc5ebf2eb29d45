/**
 * Holds any server against the contract, over HTTP and with a key alone. It makes records, named
 * "conformance …", and deletes them again. It sends no message to anybody. Exits 1 when anything differs.
 *
 *     npm run conformance -- --url https://latchkey.example.com --key lk_live_…
 *
 * `--section leads` runs one part alone, and may be repeated. The key needs an admin's rights; its
 * account must be no strict emulation, and is best one to try things in.
 */
import { parseArgs } from 'node:util'
import { conformanceSuite, sections } from './suite.ts'

const { url, key, only } = options()

conformanceSuite(() => ({ url, key }), only)

function options(): { url: string; key: string; only?: string[] } {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      section: { type: 'string', multiple: true },
    },
  })
  const key = values.key ?? process.env.LATCHKEY_API_KEY
  const { section: only } = values
  if (!values.url || !URL.canParse(values.url) || !key)
    refuse('Say which server and key: --url https://… --key lk_…, or the key as LATCHKEY_API_KEY.')
  const unknown = only?.find((name) => !(name in sections))
  if (unknown) refuse(`There is no section ${unknown}; there are ${Object.keys(sections).join(', ')}.`)
  const url = values.url.replace(/\/(rest(\/v1)?\/?)?$/, '')
  return only ? { url, key, only } : { url, key }
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

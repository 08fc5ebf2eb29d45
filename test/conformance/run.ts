/**
 * Holds any server against the contract, over HTTP and with a key alone. It makes records, named
 * "conformance …", and deletes them again. It sends no message to anybody. Exits 1 when anything differs.
 *
 *     npm run conformance -- --url https://latchkey.example.com --key lk_live_…
 *
 * With `--test-name-pattern` only some of it, by the words of a test. The key needs an admin's rights; its
 * account must be no strict emulation, and is best one to try things in.
 */
import { parseArgs } from 'node:util'
import { conformanceSuite } from './suite.ts'

const { url, key } = options()

conformanceSuite(() => ({ url, key }))

function options(): { url: string; key: string } {
  const { values } = parseArgs({ options: { url: { type: 'string' }, key: { type: 'string' } } })
  const key = values.key ?? process.env.LATCHKEY_API_KEY
  if (!values.url || !URL.canParse(values.url) || !key) {
    process.stderr.write(
      'Say which server and key: --url https://… --key lk_…, or the key as LATCHKEY_API_KEY.\n',
    )
    process.exit(2)
  }
  return { url: values.url.replace(/\/(rest(\/v1)?\/?)?$/, ''), key }
}

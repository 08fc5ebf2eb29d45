import Type from 'typebox'
import { parseText, textFilter } from '../../resource-layer/fields/text.ts'
import { type Draft, type Field, FieldProblem } from '../../resource-layer/resource.ts'

const longest = 2_000
const column = 'target_url'

/** Where the deliveries go. Whether the address may be reached is decided with each connection. */
export function targetUrlField(): Field {
  return {
    description: 'The address that deliveries are sent to: https, without a user, a password or a fragment.',
    example: 'https://hooks.example.com/latchkey',
    schema: Type.String({ format: 'uri' }),
    columns: [column],
    initial: { [column]: '' },
    present: (row) => row[column],
    search: (row) => [String(row[column])],
    filters: [textFilter(column)],
    write: {
      names: [column, 'url', 'targetUrl'],
      schema: Type.String({ format: 'uri', maxLength: longest }),
      required: true,
      accept(value, draft) {
        draft.row[column] = parseTarget(value, draft)
      },
    },
  }
}

function parseTarget(value: unknown, draft: Draft): string {
  const given = parseText(value ?? '', longest)
  if (given === '') throw new FieldProblem('is missing', 'missing_field')
  // Sending back what was read is no error, even when the server has become stricter.
  if (given === draft.existing?.[column]) return given
  const url = URL.canParse(given) ? new URL(given) : null
  const isHttp = url?.protocol === 'http:'
  if (!url || !(url.protocol === 'https:' || isHttp) || !/^https?:\/\//i.test(given))
    throw new FieldProblem('must be an address such as https://hooks.example.com/latchkey')
  if (isHttp && !draft.subscribing?.allowsHttp)
    throw new FieldProblem('must be https, so that nobody on the way can read or change what is delivered')
  if (url.username !== '' || url.password !== '')
    throw new FieldProblem('must hold no user and no password; check the signature instead')
  if (url.hash !== '') throw new FieldProblem('must hold no fragment')
  if (url.href.length > longest) throw new FieldProblem(`is longer than ${longest} characters`)
  return url.href
}

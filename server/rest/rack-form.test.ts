import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { ApiError } from '../errors/api-error.ts'
import { type FormValue, nest, parseForm, parseQuery } from './rack-form.ts'

/** Without the null prototypes, for comparison. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

const examples: [string, unknown][] = [
  ['', {}],
  ['&&', {}],
  ['a', { a: '' }],
  ['a=', { a: '' }],
  ['a=b=c', { a: 'b=c' }],
  ['a+b=c+d%2B', { 'a b': 'c d+' }],
  ['deal[name]=x&deal[value]=2', { deal: { name: 'x', value: '2' } }],
  ['tags[]=a&tags[]=b', { tags: ['a', 'b'] }],
  ['tags[]=', { tags: [''] }],
  [
    'a[][k]=1&a[][p]=2&a[][k]=3&a[][p]=4',
    {
      a: [
        { k: '1', p: '2' },
        { k: '3', p: '4' },
      ],
    },
  ],
  ['a[][k]=1&a[][k]=2&a[][p]=3', { a: [{ k: '1' }, { k: '2', p: '3' }] }],
  ['a[][x][y]=1&a[][x][z]=2&a[][x][y]=3', { a: [{ x: { y: '1', z: '2' } }, { x: { y: '3' } }] }],
  ['a[][t][]=1&a[][t][]=2', { a: [{ t: ['1', '2'] }] }],
  ['a[0]=x&a[1]=y', { a: ['x', 'y'] }],
  ['a[1]=y&a[0]=x', { a: ['x', 'y'] }],
  ['a[0][k]=1&a[1][k]=2', { a: [{ k: '1' }, { k: '2' }] }],
  ['a[1]=x&a[7]=y', { a: { 1: 'x', 7: 'y' } }],
  ['a%5Bb%5D=1', { a: { b: '1' } }],
  ['[a]=1', { '[a]': '1' }],
  ['=1', { '': '1' }],
]

for (const [text, value] of examples) {
  it(`reads ${text || 'nothing'}`, () => assert.deepEqual(plain(parseForm(text)), value))
}

it('takes the last of a repeated name in a body and all of them in a query', () => {
  assert.deepEqual(plain(parseForm('a=1&a=2')), { a: '2' })
  assert.deepEqual(plain(parseQuery('a=1&a=2&a=3')), { a: ['1', '2', '3'] })
})

it('keeps names that mean something to JavaScript as mere names', () => {
  const form = parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1&toString=2')
  assert.deepEqual(Object.keys(form), ['__proto__', 'constructor', 'toString'])
  assert.equal('polluted' in {}, false)
})

const refusals: [string, string][] = [
  ['a[b=1', 'malformed_form'],
  ['a]b[=1', 'malformed_form'],
  ['a[b]c=1', 'malformed_form'],
  ['a[[b]]=1', 'malformed_form'],
  ['a=1&a[b]=2', 'malformed_form'],
  ['a[]=1&a[b]=2', 'malformed_form'],
  ['a[b]=1&a[]=2', 'malformed_form'],
  ['a[][]=1', 'malformed_form'],
  ['a=%', 'malformed_form'],
  ['a=%ff', 'malformed_form'],
  ['%c3%28=1', 'malformed_form'],
  [`a${'[b]'.repeat(16)}=1`, 'body_too_deep'],
  ['a=1&'.repeat(2_001), 'too_many_values'],
]

for (const [text, code] of refusals) {
  it(`refuses ${text.slice(0, 30)} as ${code}`, () => {
    assert.throws(
      () => parseForm(text),
      (error) => error instanceof ApiError && error.code === code && error.status === 400,
    )
  })
}

it('calls a broken escape of the address by its own code', () => {
  assert.throws(
    () => parseQuery('a=%zz'),
    (error) => error instanceof ApiError && error.code === 'malformed_url',
  )
})

const name = fc.stringMatching(/^[a-z_]{1,8}$/)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const { tree } = fc.letrec<{ tree: FormValue }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.array(text, { minLength: 1, maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
}))

it('reads back any form that is written with brackets', () => {
  const root = fc.dictionary(name, tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
  fc.assert(
    fc.property(root, (form) => {
      const encoded = pairsOf(form).map(
        ([field, value]) => `${encodeURIComponent(field)}=${encodeURIComponent(value)}`,
      )
      assert.deepEqual(plain(parseForm(encoded.join('&'))), form)
      assert.deepEqual(plain(nest(pairsOf(form), { repeated: 'last' })), form)
    }),
  )
})

it('never fails otherwise than by refusing, whatever is sent', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', '[', ']', '[]', '[b]', '[0]', '=', '&', '%', '%5B', '+', '__proto__'),
    text,
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        assert.equal(typeof parseForm(pieces.join('')), 'object')
      } catch (error) {
        assert.ok(error instanceof ApiError, String(error))
      }
    }),
  )
})

function pairsOf(value: FormValue, prefix = ''): [string, string][] {
  if (typeof value === 'string') return [[prefix, value]]
  if (Array.isArray(value)) return value.flatMap((item) => pairsOf(item, `${prefix}[]`))
  return Object.entries(value).flatMap(([key, item]) => pairsOf(item, prefix ? `${prefix}[${key}]` : key))
}

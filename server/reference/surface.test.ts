import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../resources/operations.ts'
import { changelogEntry } from './changelog.ts'
import { openApiDocument } from './openapi.ts'
import { surfaceOf } from './surface.ts'
import { surfaceChanges } from './surface-changes.ts'
import { nextSnapshot, surfaceProblems } from './surface-snapshot.ts'

const all = operations(() => Promise.reject(new Error('no database here')))
const document = openApiDocument(all, { publicUrl: 'https://latchkey.example.org', ranges: 'folded' })

const before = `GET /pets
  answer 200 data: Pet[] required
  id: listPets
  query kind: string
POST /pets
  answer 201 data: Pet required
  body pet.kind = cat
  body pet.kind = dog
  body pet.kind: string
  body pet.name: string required
  body pet: object required
object Pet
  kind: string required
  owner: User|null
`

/** The change that replacing one line, or adding it below another, makes. */
function changed(line: string, by: string) {
  assert.ok(before.includes(`${line}\n`), line)
  return surfaceChanges(before, before.replace(`${line}\n`, by))
}

test('the surface of the document names operations, parameters, bodies, answers and objects', () => {
  const text = surfaceOf(document)
  for (const line of [
    'POST /contacts',
    '  id: createContact',
    '  body contact.phone_numbers[].phone: string required',
    '  answer 201 data: Contact required',
    'object Task',
    '  kind = todo',
    '  query tags: string[]',
  ]) {
    assert.ok(text.includes(`${line}\n`), line)
  }
  assert.deepEqual(surfaceChanges(text, text), [])
})

test('an operation that is not in the code any more breaks programs', () => {
  const fewer = openApiDocument(
    all.filter(({ id }) => id !== 'listContactDeals'),
    { publicUrl: 'https://latchkey.example.org', ranges: 'folded' },
  )
  assert.deepEqual(surfaceChanges(surfaceOf(document), surfaceOf(fewer)), [
    { sentence: 'GET /contacts/{id}/deals is gone', isBreaking: true },
  ])
})

const cases: [what: string, line: string, by: string, sentence: string, isBreaking: boolean][] = [
  ['a parameter goes', '  query kind: string', '', 'GET /pets: query kind is gone', true],
  [
    'a parameter comes',
    '  id: listPets',
    '  id: listPets\n  query age: integer\n',
    'GET /pets: query age is new',
    false,
  ],
  [
    'a parameter that is required comes',
    '  id: listPets',
    '  id: listPets\n  query age: integer required\n',
    'GET /pets: query age is new and required',
    true,
  ],
  [
    'a name in clients changes',
    '  id: listPets',
    '  id: allPets\n',
    'GET /pets: id was listPets and is allPets',
    true,
  ],
  [
    'a field of a body becomes required',
    '  body pet.kind: string',
    '  body pet.kind: string required\n',
    'POST /pets: body pet.kind became required',
    true,
  ],
  [
    'a field of a body is required no longer',
    '  body pet.name: string required',
    '  body pet.name: string\n',
    'POST /pets: body pet.name is no longer required',
    false,
  ],
  [
    'a body takes one more type',
    '  body pet.kind: string',
    '  body pet.kind: null|string\n',
    'POST /pets: body pet.kind was string and is null|string',
    false,
  ],
  [
    'a body takes another type',
    '  body pet.kind: string',
    '  body pet.kind: integer\n',
    'POST /pets: body pet.kind was string and is integer',
    true,
  ],
  [
    'a value can be sent no longer',
    '  body pet.kind = cat',
    '',
    'POST /pets: body pet.kind = cat is gone',
    true,
  ],
  ['a field of an object goes', '  owner: User|null', '', 'object Pet: owner is gone', true],
  [
    'a field of an object can be null',
    '  kind: string required',
    '  kind: null|string required\n',
    'object Pet: kind was string and is null|string',
    true,
  ],
  [
    'a field of an object is never null again',
    '  owner: User|null',
    '  owner: User\n',
    'object Pet: owner was User|null and is User',
    false,
  ],
  [
    'a field of an object may be absent',
    '  kind: string required',
    '  kind: string\n',
    'object Pet: kind may be absent',
    true,
  ],
  [
    'a field of an object comes',
    '  kind: string required',
    '  kind: string required\n  name: string required\n',
    'object Pet: name is new',
    false,
  ],
]

for (const [what, line, by, sentence, isBreaking] of cases) {
  test(`${what}: ${isBreaking ? 'breaking' : 'harmless'}`, () => {
    assert.deepEqual(changed(line, by), [{ sentence, isBreaking }])
  })
}

const entry = (date: string, text = '## Added\n\n- Something.') =>
  changelogEntry(`${date}.md`, `# Title\n\n${text}\n`)
const snapshotOf = (date: string, surface: string) =>
  `# The API as of the changelog entry ${date}.\n${surface}`
const more = before.replace('  id: listPets\n', '  id: listPets\n  query age: integer\n')
const less = before.replace('  query kind: string\n', '')

test('a change without an entry of its own is a problem, and no new snapshot is taken', () => {
  const state = { surface: more, snapshot: snapshotOf('2026-01-01', before), entries: [entry('2026-01-01')] }
  const problems = surfaceProblems(state)
  assert.equal(problems[0], 'GET /pets: query age is new')
  assert.match(problems[1] ?? '', /changelog\/<today>\.md.*npm run surface/)
  const next = nextSnapshot(state, '2026-02-01')
  assert.ok('refused' in next && next.refused.at(-1)?.includes('The entry 2026-01-01 is closed'))
})

test('with a new entry, or one of today, the snapshot is taken and all is well', () => {
  for (const [date, today] of [
    ['2026-02-01', '2026-02-01'],
    ['2026-01-01', '2026-01-01'],
  ] as const) {
    const entries = date === '2026-01-01' ? [entry(date)] : [entry(date), entry('2026-01-01')]
    const next = nextSnapshot({ surface: more, snapshot: snapshotOf('2026-01-01', before), entries }, today)
    assert.ok('text' in next)
    assert.deepEqual(surfaceProblems({ surface: more, snapshot: next.text, entries }), [])
  }
})

test('what breaks programs is refused until the entry says so', () => {
  const state = { surface: less, snapshot: snapshotOf('2026-01-01', before) }
  const quiet = nextSnapshot({ ...state, entries: [entry('2026-02-01'), entry('2026-01-01')] }, '2026-02-01')
  assert.ok('refused' in quiet)
  assert.deepEqual(quiet.refused, [
    'GET /pets: query kind is gone',
    'These changes break programs: say so under "## Breaking" in 2026-02-01.md.',
  ])
  const loud = entry('2026-02-01', '## Breaking\n\n- `kind` is gone.')
  assert.ok('text' in nextSnapshot({ ...state, entries: [loud, entry('2026-01-01')] }, '2026-02-01'))
})

test('an entry without a snapshot, and a snapshot that is missing, are problems', () => {
  const snapshot = snapshotOf('2026-01-01', before)
  const newer = { surface: before, snapshot, entries: [entry('2026-02-01'), entry('2026-01-01')] }
  assert.match(
    surfaceProblems(newer)[0] ?? '',
    /newest entry of the changelog is 2026-02-01, the snapshot is of 2026-01-01/,
  )
  assert.match(surfaceProblems({ ...newer, snapshot: null })[0] ?? '', /There is no snapshot/)
})

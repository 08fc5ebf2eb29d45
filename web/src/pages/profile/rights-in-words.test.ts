import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rightsInWords } from './rights-in-words.ts'

it('tells a member what is open to them, by what is named and what is not', () => {
  assert.deepEqual(rightsInWords('pipelines', { others: ['delete', 'see_others'], named: {} }, []), [
    ['Every pipeline', 'See your leads, delete leads, see others’ leads'],
  ])
  const named = { leasing: [], owners: null }
  assert.deepEqual(
    rightsInWords('process_types', { others: null, named }, [{ id: 'leasing', name: 'Leasing' }]),
    [
      ['Process type Leasing', 'See your processes'],
      ['Every other process type', 'Not open to you'],
    ],
  )
})

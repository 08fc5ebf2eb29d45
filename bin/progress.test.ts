import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showProgress } from './progress.ts'

function shown(isTTY: boolean): string {
  const written: string[] = []
  const progress = showProgress('Working', { isTTY, write: (text: string) => written.push(text) > 0 })
  for (let done = 0; done <= 1_000; done++) progress.at(done, 1_000)
  progress.end()
  progress.end()
  return written.join('')
}

test('a terminal shows one line, which is gone at the end', () => {
  const text = shown(true)
  assert.equal(text.includes('\n'), false)
  assert.match(text, /Working … 37 %/)
  assert.ok(text.endsWith('100 %\r\u001b[2K'))
})

test('elsewhere there are a few plain lines', () => {
  const lines = shown(false).trimEnd().split('\n')
  assert.deepEqual(lines.slice(-2), ['Working … 100 %', 'Working: done'])
  assert.equal(lines.length, 6)
})

test('what was never begun shows nothing', () => {
  const written: string[] = []
  showProgress('Working', { isTTY: false, write: (text: string) => written.push(text) > 0 }).end()
  assert.deepEqual(written, [])
})

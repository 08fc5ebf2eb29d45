import assert from 'node:assert/strict'
import { it } from 'node:test'
import { logOutput } from './log-output.ts'

it('leaves out what a full disk does not take, ends the line that was cut, and tells how many are missing', () => {
  const disk = new Disk(10)
  const output = logOutput(1, disk.put)
  for (const line of ['first\n', 'second\n', 'third\n']) output.write(line)
  assert.equal(disk.text, 'first\nseco')
  disk.room = 1_000
  output.write('fourth\n')
  output.write('fifth\n')
  const [first, cut, told, ...others] = disk.text.split('\n')
  assert.deepEqual([first, cut, ...others], ['first', 'seco', 'fourth', 'fifth', ''])
  assert.equal(JSON.parse(String(told)).lost, 2)
})

it('waits for a reader that is slow, in order and without end', (test) => {
  test.mock.timers.enable({ apis: ['setTimeout'] })
  const pipe = new Disk(10, 'EAGAIN')
  const output = logOutput(1, pipe.put)
  for (const line of ['first\n', 'second\n', 'third\n']) output.write(line)
  test.mock.timers.tick(50)
  assert.equal(String(pipe.text), 'first\nseco')
  pipe.room = 1_000
  test.mock.timers.tick(50)
  output.write('fourth\n')
  assert.equal(String(pipe.text), 'first\nsecond\nthird\nfourth\n')
  pipe.room = 0
  for (let line = 0; line < 30; line++) output.write('x'.repeat(100_000))
  pipe.room = 10_000_000
  test.mock.timers.tick(50)
  output.write('last\n')
  assert.match(pipe.text.slice(-200), /"lost":20,.*\nlast\n$/)
})

/** Takes so many bytes and then no more. */
class Disk {
  text = ''
  room: number
  readonly code: string

  constructor(room: number, code = 'ENOSPC') {
    this.room = room
    this.code = code
  }

  readonly put = (_: number, bytes: Buffer): number => {
    if (this.room === 0) throw Object.assign(new Error('no'), { code: this.code })
    const taken = bytes.subarray(0, this.room)
    this.room -= taken.length
    this.text += taken.toString()
    return taken.length
  }
}

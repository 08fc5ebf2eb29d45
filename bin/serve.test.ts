import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./latchkey.ts', import.meta.url))

/** Loaded before the server: a signal makes a promise reject that nobody waits for. */
const fault = `data:text/javascript,process.on('SIGUSR2',()=>void Promise.reject(new Error('nobody caught this')))`

test('a server outlives a lack of descriptors, and ends with a line of the log when something is not caught', async (test) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-command-'))
  const server = spawn(
    process.execPath,
    [
      '--import',
      fault,
      program,
      'serve',
      '--no-build',
      '--data',
      directory,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
    ],
    {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LOG_LEVEL: 'info' },
    },
  )
  test.after(() => {
    server.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text
      const [, found] = /ready at (\S+)/.exec(log) ?? []
      if (found) resolve(found)
    })
    server.once('exit', () => reject(new Error(log)))
  })

  if (!spawnSync('prlimit', ['--version']).error) await useUpDescriptors(Number(server.pid), url)

  const ended = once(server, 'exit')
  server.kill('SIGUSR2')
  assert.deepEqual(await ended, [1, null])
  const lines = log.split('\n').filter((line) => line.startsWith('{'))
  const last = JSON.parse(String(lines.at(-1)))
  assert.deepEqual(
    [last.level, last.err.message, last.origin],
    [60, 'nobody caught this', 'unhandledRejection'],
  )
})

/** Opens more connections than the process may have, and looks whether it answers once they are closed. */
async function useUpDescriptors(pid: number, url: string): Promise<void> {
  const limits = (values: string) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${values}`]).status
  assert.equal(limits('80:80'), 0)
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  for (let count = 0; count < 120; count++) {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    sockets.push(socket)
    await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  }
  for (const socket of sockets) socket.destroy()
  const answers = async () => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200
  while (!(await answers())) {}
}

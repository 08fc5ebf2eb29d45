#!/usr/bin/env node
// Plain JavaScript for whatever Node the machine has: it hands over to the one that Latchkey brings along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestMajor = 26
const program = fileURLToPath(new URL('./latchkey.ts', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) await import('./latchkey.ts')
else handOver()

function handOver() {
  const runtime = bundledRuntime()
  if (runtime === null) {
    console.error(
      `Latchkey needs Node ${oldestMajor} or later and this is ${process.version}; "npm ci" installs one beside it.`,
    )
    process.exit(1)
  }
  const child = spawn(runtime, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Latchkey's own Node could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function bundledRuntime() {
  try {
    const found = createRequire(import.meta.url).resolve('node/package.json')
    const name = process.platform === 'win32' ? 'node.exe' : 'node'
    const path = join(dirname(found), 'bin', name)
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

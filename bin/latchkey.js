#!/usr/bin/env node
// Plain JavaScript for whatever Node the machine has: it hands over to the one that Latchkey brings along. It runs
// the server as it was built, where that was built from the sources as they are, and else the sources.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as modules from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { builtProgram } from './build/sources.js'

const oldestMajor = 26
const launcher = fileURLToPath(import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) await perform()
else handOver()

async function perform() {
  const built = builtProgram()
  if (built !== null) modules.enableCompileCache(join(dirname(built), '.compiled'))
  const { run } = await import(built === null ? './run.ts' : pathToFileURL(built).href)
  process.exit(await run(process.argv.slice(2), process.env))
}

function handOver() {
  const runtime = bundledRuntime()
  if (runtime === null) {
    console.error(
      `Latchkey needs Node ${oldestMajor} or later and this is ${process.version}; "npm ci" installs one beside it.`,
    )
    process.exit(1)
  }
  const child = spawn(runtime, [launcher, ...process.argv.slice(2)], { stdio: 'inherit' })
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
    const found = modules.createRequire(import.meta.url).resolve('node/package.json')
    const name = process.platform === 'win32' ? 'node.exe' : 'node'
    const path = join(dirname(found), 'bin', name)
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

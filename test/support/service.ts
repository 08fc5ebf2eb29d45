import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Account } from './postgres-binaries.ts'

/** A program that runs beside this one, and ends with it. */
export interface Service {
  pid: number
  /** Ends it as a crash does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface ServiceOptions {
  /** Whom it runs as. */
  account: Account
  directory: string
  /** Gets all that it says. */
  log: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function startService(
  program: string,
  parameters: readonly string[],
  { account, directory, log }: ServiceOptions,
): Service {
  const output = openSync(log, 'a')
  const child = spawn(program, parameters, {
    ...account,
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', output, output],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return { pid: child.pid ?? 0, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

/** Asks again and again until it is so. @throws Error that names what was waited for */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { seconds = 120, everyMs = 100 }: { seconds?: number; everyMs?: number } = {},
): Promise<void> {
  const end = performance.now() + seconds * 1_000
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`${what}: not after ${seconds} seconds`)
    await wait(everyMs)
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(probes.map((probe) => once(probe, 'listening')))
  const ports = probes.map((probe) => (probe.address() as { port: number }).port)
  await Promise.all(probes.map((probe) => new Promise((closed) => probe.close(closed))))
  return ports
}

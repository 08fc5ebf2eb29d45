import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandError } from './failure.ts'

const project = fileURLToPath(new URL('..', import.meta.url))
const web = join(project, 'web')
const dist = join(web, 'dist')

/**
 * Builds the web app when it is missing or was built from other sources. A packaged installation has no
 * sources: it serves what came with it.
 * @throws CommandError when it cannot be built
 */
export async function ensureWebApp(): Promise<void> {
  if (!existsSync(join(web, 'src'))) return
  if (builtFrom(dist) === sourcesHash()) return
  const began = performance.now()
  process.stderr.write('Building the web app (once) …\n')
  // In a process of its own: the server must not carry the bundler's memory.
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) {
    throw new CommandError(
      'The web app could not be built; what went wrong stands above. --no-build serves without.',
    )
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stderr.write(`Built the web app in ${seconds} s.\n`)
}

/** Everything that the result depends on, with the files' names. */
export function sourcesHash(directory = web, lock = join(project, 'package-lock.json')): string {
  const hash = createHash('sha256').update(readFileSync(lock))
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^(dist|node_modules)([/\\]|$)/.test(file.slice(directory.length + 1)))
    .filter((file) => !/\.test\.tsx?$/.test(file))
  for (const file of files.sort()) {
    hash.update(`\n${file.slice(directory.length)}\n`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Builds beside `dist` and puts the result in its place at once, so that nobody ever sees half of it. */
async function build(): Promise<void> {
  const hash = sourcesHash()
  const { build: bundle } = await import('vite')
  // A folder of that name is out of sight of git, and on the same disk, which renaming needs.
  const rooms = join(web, 'node_modules')
  mkdirSync(rooms, { recursive: true })
  const room = mkdtempSync(join(rooms, 'build-'))
  try {
    await bundle({
      root: web,
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: join(room, 'new'), emptyOutDir: true },
    })
    writeFileSync(join(room, 'new', '.built-from'), `${hash}\n`)
    putInPlace(room, hash)
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function putInPlace(room: string, hash: string): void {
  for (let attempt = 1; ; attempt++) {
    if (builtFrom(dist) === hash) return
    try {
      if (existsSync(dist)) renameSync(dist, join(room, `old-${attempt}`))
      renameSync(join(room, 'new'), dist)
      return
    } catch (error) {
      // Another process was between its two steps; what it put there is most likely the same.
      if (attempt === 5) throw error
    }
  }
}

function builtFrom(directory: string): string | null {
  try {
    return readFileSync(join(directory, '.built-from'), 'utf8').trim()
  } catch {
    return null
  }
}

if (import.meta.main) await build()

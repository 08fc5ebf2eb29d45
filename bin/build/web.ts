import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { project, signature, sourcesOf } from './sources.js'

const web = join(project, 'web')
const dist = join(web, 'dist')

/** Whether the web app is there as its sources are. A packaged installation has no sources: it serves what came with it. */
export function isWebBuilt(): boolean {
  return !existsSync(join(web, 'src')) || builtFrom(dist) === signature(sourcesOf.web)
}

/** Builds beside `dist` and puts the result in its place at once, so that nobody ever sees half of it. */
export async function buildWeb(): Promise<void> {
  if (isWebBuilt()) return
  const from = signature(sourcesOf.web)
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
    writeFileSync(join(room, 'new', '.built-from'), `${from}\n`)
    putInPlace(room, from)
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function putInPlace(room: string, from: string): void {
  for (let attempt = 1; ; attempt++) {
    if (builtFrom(dist) === from) return
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

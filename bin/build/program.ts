import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { project } from './sources.js'

/** How many builds stay: a server that runs may still load parts of one that is not the newest any more. */
const kept = 3

/**
 * Makes one program of a file in TypeScript and all that it imports: instead of some 3,000 files a start then
 * reads a few. What it loads later stays in files of its own.
 * @param entry the file, from the project
 * @param folder where the program comes to lie, inside the project; its file has the entry's name
 */
export async function buildProgram(entry: string, folder: string): Promise<void> {
  if (existsSync(folder)) return
  const builds = dirname(folder)
  mkdirSync(builds, { recursive: true })
  const room = mkdtempSync(join(builds, '.new-'))
  try {
    const bundle = await rolldown({
      input: join(project, entry),
      platform: 'node',
      // One is looked for by the PostgreSQL client, which goes on without it; the other builds the web app.
      external: ['pg-native', 'vite'],
      plugins: [ownPlaces(relative(folder, project))],
      logLevel: 'silent',
      experimental: { attachDebugInfo: 'simple' },
    })
    await bundle.write({ dir: room, format: 'esm', chunkFileNames: '[name]-[hash].js' })
    await bundle.close()
    putInPlace(room, folder)
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
  removeOld(builds)
}

/** Files beside a source are still found there: they are no part of the program. */
function ownPlaces(toProject: string) {
  return {
    name: 'own-places',
    transform: {
      filter: { code: 'import.meta', id: { exclude: /[/\\]node_modules[/\\]/ } },
      handler(code: string, id: string) {
        const source = join(toProject, relative(project, id)).replaceAll('\\', '/')
        return code
          .replaceAll('import.meta.url', `new URL(${JSON.stringify(source)}, import.meta.url).href`)
          .replaceAll('import.meta.main', 'false')
      },
    },
  }
}

function putInPlace(room: string, folder: string): void {
  try {
    renameSync(room, folder)
  } catch (error) {
    // Another process was first, with the same.
    if (!existsSync(folder)) throw error
  }
}

function removeOld(builds: string): void {
  const old = readdirSync(builds)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ path: join(builds, name), at: statSync(join(builds, name)).mtimeMs }))
    .sort((one, other) => other.at - one.at)
  for (const { path } of old.slice(kept)) rmSync(path, { recursive: true, force: true })
}

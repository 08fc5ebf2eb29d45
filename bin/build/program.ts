import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
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
      plugins: [ownPlaces(relative(folder, project)), inAscii],
      logLevel: 'silent',
      experimental: { attachDebugInfo: 'simple' },
    })
    await bundle.write({
      dir: room,
      format: 'esm',
      chunkFileNames: '[name]-[hash].js',
      comments: { legal: true, annotation: false, jsdoc: false },
    })
    await bundle.close()
    putInPlace(room, folder)
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
  removeOld(builds)
}

/** Files beside a source are still found there: they are no part of the program. */
function ownPlaces(toProject: string): Plugin {
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

/**
 * Node keeps the text of a program, and one that goes beyond ASCII takes two bytes a character. An escape means the
 * same in a string, a pattern and a name. After all else, because the bundler would write the character again.
 */
const inAscii: Plugin = {
  name: 'in-ascii',
  generateBundle(_, bundle) {
    for (const output of Object.values(bundle))
      if (output.type === 'chunk') output.code = escaped(output.code)
  },
}

function escaped(code: string): string {
  return code.replace(/(\\*)(\P{ASCII})/gu, (_, backslashes: string, character: string) => {
    // One that stands before the character itself has no meaning, and would have one before its escape.
    const before = backslashes.length % 2 === 0 ? backslashes : backslashes.slice(1)
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    return before + units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
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

// @ts-check
// Plain JavaScript: the launcher asks it at every start, and a first file in TypeScript costs a tenth of a second.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the project lies. */
export const project = join(fileURLToPath(import.meta.url), '../../..')

const lock = 'package-lock.json'

/** What each of the two builds is made of, from the project: the server as one program, and the web app. */
export const sourcesOf = { program: ['bin', 'server', lock], web: ['web', lock] }

/**
 * Names the sources as they are: which files there are, how large and how old. A file that is written again counts
 * as another one, so a build is made once too often rather than once too seldom.
 * @param {readonly string[]} sources folders and files, from `root`
 */
export function signature(sources, root = project) {
  const hash = createHash('sha256')
  for (const file of sources.flatMap((source) => filesIn(join(root, source)))) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file.slice(root.length)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * The file that runs the built server: that of the sources as they are or, in an installation that has none, the
 * one it came with. Null where there is none.
 */
export function builtProgram(root = project) {
  const builds = join(root, 'dist')
  if (!existsSync(builds)) return null
  const hasSources = existsSync(join(root, 'bin', 'run.ts'))
  const build = hasSources
    ? signature(sourcesOf.program, root)
    : readdirSync(builds).find((name) => !name.startsWith('.'))
  const file = join(builds, build ?? '', 'run.js')
  return existsSync(file) ? file : null
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !/^(dist|node_modules)$|\.test\.tsx?$/.test(name))
    .map((entry) => ({ path: join(path, entry.name), isFolder: entry.isDirectory() }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .flatMap(({ path, isFolder }) => (isFolder ? filesIn(path) : [path]))
}

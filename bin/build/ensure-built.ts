import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from '../failure.ts'
import { builtProgram, project } from './sources.js'
import { isWebBuilt } from './web.ts'

const builder = join(project, 'bin', 'build', 'build.ts')

/**
 * Builds the server and the web app where they are missing or of other sources than there are; nothing in a
 * packaged installation, which has no sources. Resolves with the program that runs the server if it was built
 * now, else with null.
 * @throws CommandError when they cannot be built
 */
export async function ensureBuilt(): Promise<string | null> {
  const before = builtProgram()
  if (!existsSync(builder) || (before !== null && isWebBuilt())) return null
  const began = performance.now()
  process.stderr.write('Building the server and the web app (once) …\n')
  // In a process of its own: the server must not carry the bundler's memory.
  const child = spawn(process.execPath, [builder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0)
    throw new CommandError('Building failed; what went wrong stands above. --no-build serves without.')
  process.stderr.write(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s.\n`)
  return before === null ? builtProgram() : null
}

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { readConfig } from '../server/config.ts'
import { ensureBuilt } from './build/ensure-built.ts'
import { type Command, readCommand, UsageError, usage } from './command.ts'
import { sentenceFor } from './failure.ts'

/**
 * Runs a command to its end and returns the exit code: 1 when it failed or `find-keys` or `doctor` found some, 2 when it was
 * not understood or could not look.
 */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  let command: Command | null = null
  try {
    command = readCommand(args)
    const built = 'build' in command && command.build ? await ensureBuilt() : null
    if (built !== null) return await (await import(pathToFileURL(built).href)).run(args, env)
    return await perform(command, env)
  } catch (error) {
    // Whatever is no sentence for the operator is a defect, and its stack helps to find it.
    console.error(sentenceFor(error, command?.name ?? 'serve') ?? error)
    return error instanceof UsageError || command?.name === 'find-keys' ? 2 : 1
  }
}

/** What a command needs is loaded with it, so that `help` answers at once. */
async function perform(command: Command, env: NodeJS.ProcessEnv): Promise<number> {
  switch (command.name) {
    case 'help':
      console.log(usage)
      return 0
    case 'version':
      console.log(version())
      return 0
    case 'serve':
      return (await import('./serve.ts')).serve({ ...env, ...command.settings })
    case 'demo':
      return (await import('./demo.ts')).demo(command, { ...env, ...command.settings })
    case 'doctor':
      return (await import('./doctor.ts')).doctor(command, { ...env, ...command.settings })
    case 'find-keys':
      return (await (await import('./find-keys.ts')).findKeys(command.places)) ? 1 : 0
    case 'reset-link': {
      const { resetLink } = await import('./reset-link.ts')
      return (await resetLink(readConfig({ ...env, ...command.settings }), command)) ? 0 : 1
    }
    case 'migrate': {
      const { migrate } = await import('./migrate.ts')
      await migrate(readConfig({ ...env, ...command.settings }), command)
      return 0
    }
    case 'backup':
      return (await import('./backup.ts')).backup(command, { ...env, ...command.settings })
    case 'restore':
      return (await import('./restore.ts')).restore(command, { ...env, ...command.settings })
    case 'key-access': {
      const { keyAccess } = await import('./key-access.ts')
      await keyAccess(readConfig({ ...env, ...command.settings }), command)
      return 0
    }
  }
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

import { styleText } from 'node:util'
import { readConfig } from '../server/config.ts'
import { logLastWords } from '../server/last-words.ts'
import { type Running, start } from '../server/main.ts'
import { untilStopped } from './until-stopped.ts'

/** Serves until it is told to stop; the log goes to standard output, and the address comes last. */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig(env)
  const running = await start(config)
  logLastWords(running.app.log)
  const stopped = untilStopped(running)
  console.log(await welcome(running))
  return stopped
}

async function welcome(running: Running): Promise<string> {
  const address = `  Latchkey is ready at ${emphasised(running.url)}\n`
  if (!(await running.accounts.setupRequired())) return `\n${address}`
  const code = emphasised(running.accounts.setupCode)
  return [
    '\n  There is no company here yet: open the address below and create it. From another machine than',
    `  this one, the page asks for the set-up code ${code}, which works until there is a company.\n`,
    address,
  ].join('\n')
}

/** Bold in a terminal, as it is in a file. */
export function emphasised(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

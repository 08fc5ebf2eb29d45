import { readConfig } from '../server/config.ts'
import { type Demo, prepareDemo } from '../server/demo/demo.ts'
import { companyName } from '../server/demo/demo-file.ts'
import { logLastWords } from '../server/last-words.ts'
import { start } from '../server/main.ts'
import type { DemoCommand } from './command.ts'
import { curlCommands } from './curl-commands.ts'
import { showProgress } from './progress.ts'
import { emphasised } from './serve.ts'
import { untilStopped } from './until-stopped.ts'

/** Serves the demo company; a first run makes it. With `--json` standard output carries one line alone. */
export async function demo(command: DemoCommand, env: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig({
    ...env,
    LATCHKEY_DATA: env.LATCHKEY_DATA || 'data/demo',
    // What the demo prints must not drown in lines of requests.
    LOG_LEVEL: env.LOG_LEVEL || 'warn',
  })
  const progress = showProgress('Making the demo company')
  const copying = showProgress('Copying it for the other accounts')
  const made = await prepareDemo(config, {
    ...command,
    today: today(),
    progress: progress.at,
    copying(done, all) {
      progress.end()
      copying.at(done, all)
    },
  })
  progress.end()
  copying.end()
  if (!made.isNew) explainReuse(command, made)
  const running = await start(config, command.json ? { logTo: process.stderr } : {})
  logLastWords(running.app.log)
  const stopped = untilStopped(running)
  console.log(command.json ? asJson(running.url, made) : welcome(running.url, made))
  return stopped
}

function asJson(url: string, { admin, member, apiKey }: Demo): string {
  return JSON.stringify({ url, admin, member, api_key: apiKey })
}

function welcome(url: string, demo: Demo): string {
  const { admin, member, apiKey } = demo
  return [
    '',
    `  ${companyName}, a company that does not exist, with two years of work up to the day it was made`,
    '',
    `  Admin    ${admin.email}   ${admin.password}`,
    `  Member   ${member.email}  ${member.password}`,
    `  API key  ${apiKey ?? 'none: REST API access is off; the admin enables it in Settings > Integrations'}`,
    '',
    ...(apiKey ? curlCommands(url, { ...demo, apiKey }).map((line) => `${line}\n`) : []),
    `  Open     ${emphasised(url)}`,
    '',
  ].join('\n')
}

/** Sizes and seeds count for a new company only; silence would look as if they had been used. */
function explainReuse(command: DemoCommand, { seed, tasks, accounts }: Demo): void {
  if (command.seed === seed && command.tasks === tasks && command.accounts === accounts) return
  console.error(
    `This demo was made with --seed ${seed} --tasks ${tasks} --accounts ${accounts} and stays as it is; choose another --data for a new one.`,
  )
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

import { styleText } from 'node:util'
import { ConfigError, readConfig } from '../server/config.ts'
import { examine } from '../server/doctor/doctor.ts'
import { type Finding, findingsOf } from '../server/doctor/finding.ts'
import type { DoctorCommand } from './command.ts'

/** Prints a line for each check. @returns 1 when there is a problem, else 0 */
export async function doctor(
  command: Pick<DoctorCommand, 'full' | 'json'>,
  env: NodeJS.ProcessEnv,
  print: (text: string) => void = console.log,
): Promise<number> {
  const findings: Finding[] = []
  for await (const finding of findingsIn(command, env)) {
    findings.push(finding)
    if (!command.json) print(lineOf(finding))
  }
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (command.json) print(JSON.stringify({ problems, warnings, checks: findings }))
  else print(`\n${problems} problems, ${warnings} warnings, ${count('ok')} as they should be`)
  return problems > 0 ? 1 : 0
}

async function* findingsIn({ full }: { full: boolean }, env: NodeJS.ProcessEnv): AsyncGenerator<Finding> {
  try {
    yield* examine(readConfig(env), { full })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    yield findingsOf('settings').problem(error.message, 'Mend it; the server does not start with it')
  }
}

const widest = 'data directory'.length

function lineOf({ check, state, says, todo }: Finding): string {
  const shown = styleText(colours[state], state.padEnd('problem'.length), { stream: process.stdout })
  return `${shown}  ${check.padEnd(widest)}  ${says}${todo === null ? '' : ` — ${todo}`}`
}

const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const

/**
 * Fails when a package that runs in production has a known vulnerability of the severity high or critical. Where
 * the registry cannot be asked, it says so and fails nothing: a check must run on a train.
 *
 * One that does not concern this program is accepted in `accepted-advisories.json`, with the reason and the day
 * until which that holds: {"advisory": "GHSA-…", "reason": "…", "until": "2027-01-31"}.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Accepted, judge } from './advisories.ts'

const accepted = JSON.parse(
  readFileSync(new URL('./accepted-advisories.json', import.meta.url), 'utf8'),
) as Accepted[]

const report = await audited()
const { verdict, lines } = judge(report, accepted, new Date().toISOString().slice(0, 10))
for (const line of lines) console.log(line)
process.exitCode = verdict === 'failed' ? 1 : 0

/** What npm reports, or null when it could not ask. It ends with 1 also where it has found something. */
function audited(): Promise<unknown> {
  return new Promise((resolve) => {
    const args = ['audit', '--omit=dev', '--json']
    execFile('npm', args, { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (_, text) => {
      try {
        resolve(JSON.parse(text))
      } catch {
        resolve(null)
      }
    })
  })
}

import { readFileSync, type Stats, statSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Config } from '../config.ts'
import { readKeptSecret, secretFile } from '../secrets.ts'
import { type Findings, findingsOf } from './finding.ts'

/** What is set, and what is missing where people and programs are to rely on it. */
export function checkSettings(config: Config): Findings {
  return [...checkAddress(config), ...checkMail(config), ...checkOpenings(config)]
}

function checkAddress({ publicUrl, host }: Config): Findings {
  const { ok, warning } = findingsOf('address')
  if (publicUrl === null) {
    return [
      warning(
        'PUBLIC_URL is not set, so links in mails lead to this machine alone',
        'Set PUBLIC_URL to the https address that people open, such as https://latchkey.example.com',
      ),
    ]
  }
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:') return [ok(`People reach it at ${publicUrl}`)]
  if (isLocal(hostname) && isLocal(host)) return [ok(`${publicUrl} is of this machine alone`)]
  return [
    warning(
      `PUBLIC_URL is ${publicUrl}: without https, keys and passwords can be read on the way`,
      'Put a proxy with a certificate in front and set PUBLIC_URL to its https address',
    ),
  ]
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

function checkMail({ smtpUrl, textsUrl }: Config): Findings {
  const { ok, warning } = findingsOf('messages')
  if (smtpUrl === null) {
    return [
      warning(
        'SMTP_URL is not set: invitations, warnings about keys and forgotten passwords are not mailed',
        'Set SMTP_URL',
      ),
    ]
  }
  return [
    ok(
      `Mails go out by SMTP_URL; texts ${textsUrl === null ? 'do not: TEXTS_URL is not set' : 'by TEXTS_URL'}`,
    ),
  ]
}

function checkOpenings(config: Config): Findings {
  const { ok, warning } = findingsOf('openings')
  const found: Findings = []
  if (config.webhooksAllowPrivate) {
    found.push(
      warning(
        'WEBHOOKS_ALLOW_PRIVATE lets whoever may write webhooks reach what this server can reach',
        'Leave it out unless receivers stand in your own network',
      ),
    )
  }
  if (config.metricsToken === null && config.metricsPort === null) found.push(ok('The metrics are off'))
  else if (config.metricsPort === null)
    found.push(ok('The metrics are at /metrics, for whoever has METRICS_TOKEN'))
  else found.push(ok(`The metrics are at ${config.metricsHost}, port ${config.metricsPort}`))
  return found
}

/** The secret, and whether others on the machine can read what they must not. */
export function checkSecret(config: Pick<Config, 'secret' | 'dataDirectory' | 'databaseUrl'>): Findings {
  const { ok, warning, problem } = findingsOf('secret')
  const file = secretFile(config.dataDirectory)
  const kept = readKept(config.dataDirectory)
  if (config.secret !== null) {
    if (kept === null || kept === config.secret) return [ok('LATCHKEY_SECRET is set')]
    return [
      warning(
        `LATCHKEY_SECRET is set, and ${file} holds another one, which is not used`,
        'Remove the file once you know that nothing was sealed with it',
      ),
    ]
  }
  if (kept === null) return [ok('There is no secret yet; the first start makes one')]
  const found: Findings = []
  if (isOpen(file, 0o077)) {
    found.push(problem(`Others on this machine can read ${file}`, `chmod 600 ${file}`))
  }
  if (config.databaseUrl !== null) {
    found.push(
      warning(
        `The secret is kept in ${file}: a second node, or this one with another disk, makes its own`,
        'Set LATCHKEY_SECRET to its content on every node',
      ),
    )
  }
  return found.length > 0 ? found : [ok(`It is kept in ${file}, which only its owner can read`)]
}

function readKept(directory: string): string | null {
  try {
    return readKeptSecret(directory)
  } catch {
    return null
  }
}

/** Whether everybody on the machine can get at the data. */
export function checkModes(directory: string): Findings {
  const { ok, warning } = findingsOf('file modes')
  if (!isOpen(directory, 0o007)) return [ok('Only its owner and group can open the data directory')]
  return [warning(`Everybody on this machine can open ${directory}`, `chmod o-rwx ${directory}`)]
}

function isOpen(path: string, mask: number): boolean {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (found.mode & mask) !== 0
}

/** The version of Node that the project is made for. */
export function checkRuntime(): Findings {
  const { ok, warning } = findingsOf('runtime')
  const file = new URL('../../package.json', import.meta.url)
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: { node: string } }
  const wanted = dependencies.node
  if (process.version === `v${wanted}`) return [ok(`Node ${wanted}, which it is tested with`)]
  return [warning(`Node ${process.version}; it is tested with ${wanted}`, 'npm ci brings that one along')]
}

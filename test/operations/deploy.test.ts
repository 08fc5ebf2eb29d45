import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { validate } from 'dockerfile-utils'
import type { Deployment } from 'kubernetes-types/apps/v1.js'
import type { Service } from 'kubernetes-types/core/v1.js'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js'
import { parseAllDocuments } from 'yaml'
import { ensureBuilt } from '../../bin/build/ensure-built.ts'
import { type Config, readConfig } from '../../server/config.ts'

const project = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(project, path), 'utf8')
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }

it('has a Dockerfile that a linter accepts, on the pinned Node, without a right that it does not need', () => {
  const text = read('Dockerfile')
  assert.deepEqual(validate(text), [])
  assert.ok(validate(`${text}\nRUNN x\n`).length > 0, 'the linter finds something')
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
  assert.deepEqual(new Set(images), new Set([`node:${dependencies.node}-trixie-slim`]))
  const last = text.slice(text.lastIndexOf('FROM '))
  for (const line of [/^USER node$/m, /^HEALTHCHECK /m, /^VOLUME \/data$/m, /^ENTRYPOINT \["node"/m])
    assert.match(last, line)
  assert.match(text, /npm ci --omit=dev/)
})

it('has an image that serves all that there is with what it copies', async (t) => {
  await ensureBuilt()
  const image = mkdtempSync(join(tmpdir(), 'latchkey-image-'))
  t.after(() => rmSync(image, { recursive: true, force: true }))
  const last = read('Dockerfile').slice(read('Dockerfile').lastIndexOf('FROM '))
  const copied = [...last.matchAll(/^COPY (?:--from=build )?(.*) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  )
  for (const path of copied.map((path) => path.replace('/app/', '')))
    cpSync(join(project, path), join(image, path), { recursive: true, filter: isInImage })
  const args = [
    join(image, 'bin/latchkey.js'),
    'serve',
    '--no-build',
    '--port',
    '0',
    '--data',
    join(image, 'data'),
  ]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: {} })
  t.after(() => server.kill('SIGKILL'))
  let out = ''
  for await (const chunk of server.stdout) {
    out += chunk
    if (out.includes('is ready at')) break
  }
  const [, url = ''] = /is ready at (\S+)/.exec(out) ?? []
  const page = await (await fetch(`${url}/api_docs`)).text()
  const [, script] = /src="(\/api_docs\/[^"]*-\d+\.\d+\.\d+\.js)"/.exec(page) ?? []
  assert.ok(script, page)
  for (const path of [
    '/healthz',
    '/readyz',
    '/',
    '/status',
    '/rest/openapi.json',
    '/api_docs/openapi.json',
    script,
  ]) {
    const response = await fetch(url + path)
    assert.deepEqual([path, response.status], [path, 200])
    assert.ok((await response.text()).length > 0)
  }
})

it('has a Kubernetes example whose every field is of the API, and of its type', async () => {
  const documents = kubernetes()
  const directory = join(project, 'node_modules/.cache', 'deploy-types')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const modules: Record<string, string> = { v1: 'core/v1' }
  const typed = (document: Document, name: string) => {
    const from = `kubernetes-types/${modules[document.apiVersion] ?? document.apiVersion.replace('.k8s.io', '')}`
    const text = `import type { ${document.kind} } from '${from}'\nexport const x: ${document.kind} = ${JSON.stringify(document)}\n`
    writeFileSync(join(directory, name), text)
  }
  for (const [at, document] of documents.entries()) typed(document, `${at}.ts`)
  const [deployment] = documents.filter(({ kind }) => kind === 'Deployment')
  const mistyped = JSON.stringify(deployment).replaceAll('readinessProbe', 'readynessProbe')
  typed(JSON.parse(mistyped), 'mistyped.ts')
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'preserve',
    moduleResolution: 'bundler',
    types: [],
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const { output } = await run(join(project, 'node_modules/.bin/tsc'), ['-p', directory, '--pretty', 'false'])
  const errors = output.split('\n').filter((line) => /error TS/.test(line))
  assert.deepEqual(
    errors.filter((line) => !line.includes('mistyped.ts')),
    [],
  )
  assert.match(errors.join('\n'), /mistyped\.ts.*readynessProbe/, 'a field that there is not is refused')
})

it('has a Kubernetes example that rolls without a gap and runs without rights', () => {
  const documents = kubernetes()
  const find = <T>(kind: string) => documents.find((document) => document.kind === kind) as T | undefined
  const deployment = find<Deployment>('Deployment')?.spec
  const pod = deployment?.template.spec
  const [container, ...others] = pod?.containers ?? []
  assert.ok(deployment && pod && container && others.length === 0)
  assert.ok((deployment.replicas ?? 0) >= 2)
  assert.equal(deployment.strategy?.rollingUpdate?.maxUnavailable, 0)
  const labels = deployment.template.metadata?.labels
  assert.deepEqual(deployment.selector.matchLabels, labels)
  assert.deepEqual(find<Service>('Service')?.spec?.selector, labels)
  const budget = find<PodDisruptionBudget>('PodDisruptionBudget')?.spec
  assert.deepEqual([budget?.selector?.matchLabels, budget?.maxUnavailable], [labels, 1])
  assert.equal(pod.automountServiceAccountToken, false)
  assert.equal(pod.securityContext?.runAsNonRoot, true)
  assert.equal(pod.securityContext?.seccompProfile?.type, 'RuntimeDefault')
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  assert.ok(container.resources?.requests?.cpu && container.resources.requests.memory)
  assert.ok(container.resources?.limits?.memory)
  assert.match(container.image ?? '', /:\d/, 'a version, and not the latest')
  assert.equal(container.readinessProbe?.httpGet?.path, '/readyz')
  assert.equal(container.livenessProbe?.httpGet?.path, '/healthz')
  assert.ok(container.startupProbe)
  const config = configOf(container.env ?? [])
  assert.ok(config.stopDelay + config.stopTimeout < (pod.terminationGracePeriodSeconds ?? 30))
  const { periodSeconds = 10, failureThreshold = 3 } = container.readinessProbe ?? {}
  assert.ok(config.stopDelay > periodSeconds * failureThreshold, 'it is out of the service before it closes')
  const ports = container.ports?.map(({ containerPort }) => containerPort)
  assert.deepEqual(ports, [config.port, config.metricsPort])
})

it('has a unit for systemd that is locked up, and that systemd understands', async (t) => {
  const unit = read('deploy/systemd/latchkey.service')
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1]
  const { stopDelay, stopTimeout } = readConfig({})
  assert.ok(Number(value('TimeoutStopSec')) > stopDelay + stopTimeout)
  assert.deepEqual(['NoNewPrivileges', 'ProtectSystem', 'StateDirectory', 'Restart'].map(value), [
    'yes',
    'strict',
    'latchkey',
    'on-failure',
  ])
  if (!existsSync('/usr/bin/systemd-analyze')) return t.diagnostic('systemd-analyze is not here')
  const path = join(project, 'deploy/systemd/latchkey.service')
  for (const words of [['verify'], ['security', '--offline=true', '--threshold=20']]) {
    const { code, output } = await run('/usr/bin/systemd-analyze', [...words, path])
    assert.equal(code, 0, output)
  }
})

interface Document {
  apiVersion: string
  kind: string
}

function kubernetes(): Document[] {
  const documents = parseAllDocuments(read('deploy/kubernetes/latchkey.yaml'), { strict: true })
  return documents.map((document) => {
    assert.deepEqual([document.errors, document.warnings], [[], []])
    return document.toJS() as Document
  })
}

/** The configuration that the container gets, with files in the place of the secrets. */
function configOf(env: readonly { name: string; value?: string }[]): Config {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-deploy-'))
  const texts: Record<string, string> = {
    DATABASE_URL_FILE: 'postgres://user:password@db/latchkey',
    FILES_URL_FILE: 's3://key:secret@s3.example.com/bucket',
  }
  const entries = env.map(({ name, value = '' }) => {
    if (!name.endsWith('_FILE')) return [name, value]
    const file = join(directory, name)
    writeFileSync(file, texts[name] ?? 'x'.repeat(32))
    return [name, file]
  })
  try {
    return readConfig(Object.fromEntries(entries))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** As the Dockerfile leaves the server's folder, and without tests. */
function isInImage(path: string): boolean {
  return !(path.startsWith(join(project, 'server')) && path.endsWith('.ts'))
}

function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: out + err }),
    )
  })
}

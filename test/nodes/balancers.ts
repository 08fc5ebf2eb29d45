import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startService } from '../support/service.ts'

export interface Balancer {
  url: string
  /** What whoever runs it does before a node is stopped, and when it is there again. */
  leaveOut(node: number): void
  takeIn(node: number): void
  /** What it has said. */
  log(): string
  stop(): Promise<void>
}

export const ownName = 'a balancer of the test'

export const balancers: Readonly<Record<string, (nodes: readonly number[]) => Promise<Balancer>>> = {
  [ownName]: ownBalancer,
  haproxy: async (nodes) => ({
    ...(await installed('haproxy', 'haproxy.cfg', (file) => ['-f', file], nodes)),
    ...asksNodes,
  }),
  nginx,
}

/** It sees by itself that a node is about to stop. */
const asksNodes = { leaveOut() {}, takeIn() {} }

/** As `docs/scaling.md` says: a node is marked as down before it is told to stop. */
async function nginx(nodes: readonly number[]): Promise<Balancer> {
  const given = (file: string) => ['-c', file, '-p', join(file, '..')]
  const { file, ...running } = await installed(
    'nginx',
    'nginx.conf',
    (own) => [...given(own), '-g', 'daemon off;'],
    nodes,
  )
  const rewrite = (change: (text: string) => string) => {
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    const { status, stderr } = spawnSync('nginx', [...given(file), '-s', 'reload'])
    if (status !== 0) throw new Error(`nginx could not be told: ${stderr}`)
  }
  return {
    ...running,
    leaveOut: (node) =>
      rewrite((text) => text.replace(new RegExp(`(server 127.0.0.1:${node} .*);`), '$1 down;')),
    takeIn: (node) =>
      rewrite((text) => text.replace(new RegExp(`(server 127.0.0.1:${node} .*) down;`), '$1;')),
  }
}

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

const checkEveryMs = 100

/**
 * What every balancer does and no more: in turn to those whose /readyz says 200, over connections that are kept, and
 * to another only where a node could not be connected to. Any other fault is the client's to see.
 */
async function ownBalancer(nodes: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const ready = new Set(nodes)
  let turn = 0
  const check = async (node: number) => {
    const { ok } = await fetch(`http://127.0.0.1:${node}/readyz`).catch(() => ({ ok: false }))
    if (ok) ready.add(node)
    else ready.delete(node)
  }
  const timer = setInterval(() => nodes.map(check), checkEveryMs)
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.on('end', () => pass(incoming, Buffer.concat(chunks), outgoing, [...ready]))
  })
  const [port = 0] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}`,
    ...asksNodes,
    log: () => '',
    async stop() {
      clearInterval(timer)
      agent.destroy()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }

  function pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, left: number[]): void {
    const [node] = left.splice(turn++ % left.length, 1)
    const { method, url, headers } = incoming
    if (node === undefined) return void outgoing.writeHead(502).end('No node is ready')
    const passed = request({ host: '127.0.0.1', port: node, method, path: url, headers, agent }, (answer) => {
      const { connection, 'keep-alive': _, ...kept } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, kept)
      answer.pipe(outgoing)
    })
    passed.on('error', (error) => {
      const isUnsent = 'code' in error && error.code === 'ECONNREFUSED'
      if (isUnsent && left.length > 0) pass(incoming, body, outgoing, left)
      else outgoing.writeHead(502).end(String(error))
    })
    passed.end(body)
  }
}

/** The example of `deploy/load-balancer/`, with the ports of the test. */
async function installed(
  program: string,
  example: string,
  parameters: (file: string) => string[],
  nodes: readonly number[],
): Promise<Pick<Balancer, 'url' | 'log' | 'stop'> & { file: string }> {
  const directory = mkdtempSync(join(tmpdir(), `latchkey-${program}-`))
  const [port = 0] = await freePorts(1)
  const text = readFileSync(join(import.meta.dirname, '../../deploy/load-balancer', example), 'utf8')
  const file = join(directory, example)
  const [one = 0, two = 0] = nodes
  writeFileSync(
    file,
    text
      .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
      .replace(':3001', `:${one}`)
      .replace(':3002', `:${two}`),
  )
  chmodSync(directory, 0o755)
  const service = startService(program, parameters(file), {
    account: {},
    directory,
    log: join(directory, 'log'),
  })
  return {
    file,
    url: `http://127.0.0.1:${port}`,
    log: () => readFileSync(join(directory, 'log'), 'utf8'),
    async stop() {
      await service.stop()
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { OpenApiDocument } from '../../server/reference/openapi.types.ts'
import { resources } from '../../server/resources/operations.ts'
import { requiredFields } from '../api/records.ts'
import { startApi } from '../api/server.ts'
import { type OpenEngine, openEngine } from '../support/engines.ts'
import { journeysOf } from './journeys.ts'
import { apiProgram, fetchProgram } from './programs.ts'

/**
 * Clients are generated from the document of a running server, and a program written against each is compiled
 * and run. Nothing that was generated is edited. The engine makes no difference to a document, so one will do.
 */
describe('a generated client creates, reads, lists, changes, deletes and restores every kind of record', () => {
  const opened: OpenEngine[] = []
  const server = startApi({
    name: 'sqlite',
    async open() {
      const engine = await openEngine('sqlite')
      opened.push(engine)
      return engine
    },
  })
  let folder: string
  let document: OpenApiDocument

  before(async () => {
    // Here, and not among temporary files, so that what it imports is found.
    folder = await mkdtemp(join(import.meta.dirname, 'generated-'))
    document = (await (await fetch(`${server.url}/rest/openapi.json`)).json()) as OpenApiDocument
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(document))
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    for (const engine of opened) await engine.close()
  })

  it('with openapi-typescript and openapi-fetch', async () => {
    await run(commandOf('openapi-typescript'), [join(folder, 'openapi.json'), '-o', join(folder, 'api.d.ts')])
    await compileAndRun('with-fetch', fetchProgram)
  })

  it('with swagger-typescript-api', async () => {
    const generate = [
      'generate',
      '--path',
      join(folder, 'openapi.json'),
      '--output',
      folder,
      '--name',
      'client.ts',
    ]
    await run(commandOf('swagger-typescript-api'), generate)
    await compileAndRun('with-api', apiProgram)
  })

  async function compileAndRun(name: string, programOf: typeof fetchProgram): Promise<void> {
    const journeys = await journeysOf(document, {
      fieldsOf: (kind) => requiredFields(server, { name: kind }),
      changed: `Changed ${name}`,
    })
    const kinds = journeys.map(({ kind }) => kind)
    assert.deepEqual(kinds.toSorted(), resources.map(({ name: kind }) => kind).toSorted())
    await writeFile(join(folder, `${name}.ts`), programOf(document, journeys))
    const settings = [
      '--strict',
      '--target',
      'esnext',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--skipLibCheck',
    ]
    const output = join(folder, `${name}-compiled`)
    await run(commandOf('typescript', 'tsc'), [...settings, '--outDir', output, join(folder, `${name}.ts`)])
    const { stdout } = await run(join(output, `${name}.js`), [server.url, server.acme.key])
    assert.deepEqual(JSON.parse(stdout), kinds)
  }
})

const require = createRequire(import.meta.url)

/** The file behind a command of a package. */
function commandOf(name: string, command: string = name): string {
  const manifest = join(packageFolder(name), 'package.json')
  const { bin } = require(manifest) as { bin: string | Record<string, string> }
  return join(
    dirname(manifest),
    typeof bin === 'string' ? bin : (bin[command] ?? Object.values(bin)[0] ?? ''),
  )
}

function packageFolder(name: string): string {
  const found = (require.resolve.paths(name) ?? []).map((path) => join(path, name))
  const folder = found.find((path) => existsSync(join(path, 'package.json')))
  if (!folder) throw new Error(`${name} is not installed; run npm ci`)
  return folder
}

async function run(file: string, given: readonly string[]): Promise<{ stdout: string }> {
  try {
    return await promisify(execFile)(process.execPath, [file, ...given], {
      cwd: import.meta.dirname,
      maxBuffer: 50_000_000,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${file} failed:\n${`${stdout}${stderr}`.slice(0, 6_000)}`)
  }
}

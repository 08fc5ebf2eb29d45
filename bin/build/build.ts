/** `npm run build`: the server as one program, and the web app, where they are missing or of other sources. */
import { join } from 'node:path'
import { buildProgram } from './program.ts'
import { project, signature, sourcesOf } from './sources.js'
import { buildWeb } from './web.ts'

await buildProgram('bin/run.ts', join(project, 'dist', signature(sourcesOf.program)))
await buildWeb()

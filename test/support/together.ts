/**
 * Runs several test files in one process. Those that start the server for a test would each load and compile
 * it and its document anew, which takes longer than most of them. `TEST_TOGETHER` names them, from the project.
 */
import { join } from 'node:path'

const project = join(import.meta.dirname, '..', '..')

for (const file of JSON.parse(process.env.TEST_TOGETHER ?? '[]')) await import(join(project, file))

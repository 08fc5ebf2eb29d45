import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const companyName = 'Larkfold Property Care'

export interface SignIn {
  email: string
  password: string
}

/** Storage that cannot take the demo company. The message says what to do. */
export class DemoError extends Error {}

/** What a later run must know of the demo: passwords are random, and only their hashes are in the database. */
export interface DemoFile {
  /** Null until the company is complete. */
  accountId: string | null
  seed: number
  /** Of each account. */
  tasks: number
  /** The company and its copies; one in files that do not say. */
  accounts?: number
  admin: SignIn
  member: SignIn
}

/** Null where there is no demo, or a file that is none. */
export function readDemoFile(directory: string): DemoFile | null {
  try {
    return JSON.parse(readFileSync(fileIn(directory), 'utf8'))
  } catch {
    return null
  }
}

/** Only the owner of the directory may read it. */
export function writeDemoFile(directory: string, demo: DemoFile): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(fileIn(directory), `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
  // The mode above counts for a new file alone.
  chmodSync(fileIn(directory), 0o600)
}

function fileIn(directory: string): string {
  return join(directory, 'demo.json')
}

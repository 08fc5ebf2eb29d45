import { BackupError } from '../server/backup/backup-errors.ts'
import { ConfigError } from '../server/config.ts'
import { DemoError } from '../server/demo/demo-file.ts'
import { ApiError } from '../server/errors/api-error.ts'
import { StorageError } from '../server/storage/engine.ts'
import { UsageError } from './command.ts'
import { Interrupted } from './until-interrupted.ts'

/** An installation that cannot do what was asked. Its message is one sentence for the operator. */
export class CommandError extends Error {}

/** What an operator is told instead of a stack, or null when the error is not one that an operator can mend. */
export function sentenceFor(error: unknown, command: string): string | null {
  if (!(error instanceof Error)) return null
  if (sentences.some((kind) => error instanceof kind)) return error.message
  return 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo')
    ? listenSentence(error, command)
    : null
}

const sentences = [
  UsageError,
  CommandError,
  ConfigError,
  StorageError,
  BackupError,
  DemoError,
  ApiError,
  Interrupted,
]

function listenSentence(error: Error, command: string): string {
  const { code, port, address, hostname } = error as NodeJS.ErrnoException & {
    port?: number
    address?: string
    hostname?: string
  }
  const another = port === undefined || port >= 65_535 ? 3001 : port + 1
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program; stop that one, or choose another port: latchkey ${command} --port ${another}`
    case 'EACCES':
      return `Port ${port} is kept for the system; choose one from 1024 on: latchkey ${command} --port 3000`
    default:
      return `This machine cannot listen at "${hostname ?? address}"; choose another host: latchkey ${command} --host localhost`
  }
}

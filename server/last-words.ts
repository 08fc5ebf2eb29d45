import type { FastifyBaseLogger } from 'fastify'

/**
 * Says in the log what ends the process: an error that nobody has caught, wherever it came from, leaves it in a state
 * that nobody knows, so it ends with code 1, and whoever supervises it starts it again. What was acknowledged is
 * durable by then, and what was under way is taken up as after any crash.
 */
export function logLastWords(log: Pick<FastifyBaseLogger, 'fatal'>): void {
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    log.fatal({ err: error, origin }, 'Ended by an error that nobody caught; please report it')
  })
}

/**
 * Runs what must clean up after itself when it is interrupted, by Ctrl-C or by a service that stops.
 * @throws what `work` throws; once it was interrupted, an Interrupted
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController()
  const onSignal = () => interruption.abort(new Interrupted('It was interrupted.'))
  for (const name of signals) process.on(name, onSignal)
  try {
    return await work(interruption.signal)
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error
  } finally {
    for (const name of signals) process.off(name, onSignal)
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The process was told to stop, and has. */
export class Interrupted extends Error {}

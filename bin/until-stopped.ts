/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm and by the launcher. */
const sameSignalMs = 500

/**
 * Waits for SIGINT or SIGTERM and stops in order: what runs is answered, nothing new is taken. Another signal
 * ends the process at once.
 * @returns the exit code
 */
export function untilStopped(running: { stop(): Promise<void> }): Promise<number> {
  return new Promise((resolve, reject) => {
    let since: number | null = null
    const onSignal = () => {
      if (since === null) {
        since = performance.now()
        running.stop().then(() => resolve(0), reject)
      } else if (performance.now() - since > sameSignalMs) process.exit(130)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

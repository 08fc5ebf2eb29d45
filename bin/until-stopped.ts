/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm and by the launcher. */
const sameSignalMs = 500

/**
 * Waits for SIGINT or SIGTERM and stops in order: what runs is answered, nothing new is taken. Another signal
 * ends the process at once.
 * @returns the exit code: 1 when something had not ended in time
 */
export function untilStopped(running: { stop(): Promise<string[]> }): Promise<number> {
  return new Promise((resolve, reject) => {
    let since: number | null = null
    const onSignal = () => {
      if (since === null) {
        since = performance.now()
        running.stop().then((left) => resolve(exitCode(left)), reject)
      } else if (performance.now() - since > sameSignalMs) process.exit(130)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

function exitCode(left: readonly string[]): number {
  if (left.length === 0) return 0
  console.error(`Stopped although these had not ended within STOP_TIMEOUT: ${left.join(', ')}`)
  return 1
}

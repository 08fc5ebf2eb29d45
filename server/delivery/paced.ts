/** Work that is asked for often, and does all that has come together at a time. */
export interface Paced {
  /** Runs it at once when it has been quiet, else when it has paused. Calls in between are one. */
  soon(): void
  /** Runs it without the pause. */
  now(): void
}

/**
 * Lets `work` pause between two runs, so that what comes in meanwhile is done in one run, and in one transaction
 * instead of many. Without a pause the first of what arrives would keep a busy process from seeing the others.
 * @param work never rejects
 * @param pause milliseconds
 */
export function paced(work: () => Promise<void>, pause: number): Paced {
  let isRunning = false
  let isAsked = false
  let isHurried = false
  let wake = () => {}

  return {
    soon,
    now() {
      isHurried = true
      soon()
      wake()
    },
  }

  function soon(): void {
    isAsked = true
    if (!isRunning) void run()
  }

  async function run(): Promise<void> {
    isRunning = true
    // What has arrived in the same turn comes along.
    await new Promise(setImmediate)
    while (isAsked) {
      isAsked = false
      isHurried = false
      await work()
      await rest()
    }
    isRunning = false
  }

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, isHurried ? 0 : pause)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

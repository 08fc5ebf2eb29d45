/** What works beside the requests. */
export interface Job {
  start(): void | Promise<void>
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>
}

export interface Jobs extends Job {
  start(): Promise<void>
  /** The names of those that were told to stop and have not ended yet. */
  left(): string[]
}

/** Starts all in the order in which they are given, and stops them at the same time. */
export function allJobs(jobs: Readonly<Record<string, Job>>): Jobs {
  const stopping = new Set<string>()
  return {
    async start() {
      for (const job of Object.values(jobs)) await job.start()
    },
    async stop() {
      await Promise.all(
        Object.entries(jobs).map(async ([name, job]) => {
          stopping.add(name)
          await job.stop()
          stopping.delete(name)
        }),
      )
    },
    left: () => [...stopping],
  }
}

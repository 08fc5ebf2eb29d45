import { isConcerned } from './is-concerned.ts'
import { queryClient } from './query-client.ts'

/** What the page reads of an event of `GET /rest/events/stream`. */
export interface LiveEvent {
  type: string
  data: { resource: string; record_id: string; record: unknown; changed: unknown }
}

type Listener = (event: LiveEvent) => void

const listeners = new Set<Listener>()
/** In milliseconds. */
const refetchAtMostEvery = 1_000
const firstRetryAfter = 5_000
const retryAtLeastEvery = 60_000

/** Calls `listener` with each event while the tab is shown. Returns what ends it. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/**
 * Keeps what the page shows as the server has it, while the tab is shown and online. Returns what ends it.
 * A hidden tab has no stream: browsers open only six connections to a server over HTTP/1.1, for all tabs.
 */
export function goLive(): () => void {
  let source: EventSource | null = null
  let retry: number | undefined
  let refusals = 0
  let wasOpen = false
  const refetch = createRefetch()

  function open() {
    const opened = new EventSource('/rest/events/stream')
    source = opened
    opened.onopen = () => {
      refusals = 0
      // What happened in between was not told here.
      if (wasOpen) void queryClient.invalidateQueries()
      wasOpen = true
    }
    opened.onmessage = (message: MessageEvent<string>) => {
      const event: LiveEvent = JSON.parse(message.data)
      refetch.after(event)
      for (const listener of listeners) listener(event)
    }
    opened.onerror = () => {
      // The browser itself connects again after a break, but not after a refusal.
      if (opened.readyState !== EventSource.CLOSED) return
      source = null
      retry = window.setTimeout(follow, Math.min(retryAtLeastEvery, firstRetryAfter * 2 ** refusals))
      refusals += 1
    }
  }

  function close() {
    window.clearTimeout(retry)
    source?.close()
    source = null
  }

  function follow() {
    if (document.visibilityState === 'hidden' || !navigator.onLine) close()
    else if (source === null) {
      window.clearTimeout(retry)
      open()
    }
  }

  follow()
  document.addEventListener('visibilitychange', follow)
  window.addEventListener('online', follow)
  window.addEventListener('offline', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    window.removeEventListener('online', follow)
    window.removeEventListener('offline', follow)
    close()
    refetch.end()
  }
}

/** Gathers events, so that a burst of them does not become a burst of requests. */
function createRefetch() {
  let waiting: LiveEvent[] = []
  let timer: number | undefined
  let last = Number.NEGATIVE_INFINITY

  function run() {
    const events = waiting
    waiting = []
    timer = undefined
    last = performance.now()
    void queryClient.invalidateQueries({
      predicate: (query) => events.some((event) => isConcerned(event, query.queryKey, query.state.data)),
    })
  }

  return {
    after(event: LiveEvent) {
      waiting.push(event)
      timer ??= window.setTimeout(run, Math.max(0, last + refetchAtMostEvery - performance.now()))
    },
    end: () => window.clearTimeout(timer),
  }
}

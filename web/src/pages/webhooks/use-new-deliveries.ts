import { useEffect } from 'react'
import { onLive } from '../../api/live.ts'
import { forgetWebhooks, type Webhook } from '../../api/webhooks.ts'
import { everyOf } from './event-names.ts'

const refetchAtMostEvery = 1_000

/** Reads what is shown of webhooks anew when something has happened that this one is told of. */
export function useNewDeliveries({ event_names, status }: Webhook) {
  const names = event_names.join()
  useEffect(() => {
    if (status === 'disabled') return
    let timer: number | undefined
    const silence = onLive(({ type }) => {
      if (!['*', type, everyOf(type)].some((name) => names.split(',').includes(name))) return
      // A burst of events does not become a burst of requests.
      timer ??= window.setTimeout(() => {
        timer = undefined
        void forgetWebhooks()
      }, refetchAtMostEvery)
    })
    return () => {
      silence()
      window.clearTimeout(timer)
    }
  }, [names, status])
}

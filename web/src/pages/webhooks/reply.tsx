import { Text } from '@mantine/core'
import type { Attempt } from '../../api/deliveries.ts'
import classes from './reply.module.css'

/** "answered 200 after 34 ms", or why there was no answer. */
export function outcomeOf({ response_status, duration_ms, error }: Attempt): string {
  const after = `after ${formatDuration(duration_ms)}`
  if (response_status !== null) return `answered ${response_status} ${after}${error ? `: ${error}` : ''}`
  return `${error ?? 'no answer'} (${after})`
}

export function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}

/** The first kilobyte of what a receiver answered. */
export function ReplyBody({ body, label }: { body: string | null; label: string }) {
  if (!body)
    return (
      <Text size="sm" c="dimmed">
        The reply had no body.
      </Text>
    )
  return <Code text={body} label={label} />
}

/** A text of a program, in a box that scrolls. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={classes.code} tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  )
}

import { notifications } from '@mantine/notifications'
import { sentenceFor } from '../api/api-error.ts'

export function tell(message: string) {
  notifications.show({
    message,
    autoClose: 5000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

export function tellFailure(error: unknown) {
  notifications.show({
    message: sentenceFor(error),
    color: 'red',
    autoClose: 10_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

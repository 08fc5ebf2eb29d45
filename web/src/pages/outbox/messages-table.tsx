import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { CapturedMessage } from '../../api/sandbox.ts'
import { formatDateTime } from '../../format/times.ts'
import classes from '../../shell/log.module.css'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { MessageDetails } from './message-details.tsx'
import { kindNames } from './shown.ts'

/** A table, newest first, whose rows open; on a phone every row becomes a card. */
export function MessagesTable({ messages }: { messages: CapturedMessage[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Captured messages, newest first</caption>
      <thead>
        <tr>
          <th scope="col">What it says</th>
          <th scope="col">Kind</th>
          <th scope="col">To</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </table>
  )
}

function Message({ message }: { message: CapturedMessage }) {
  const zone = useSignedIn().account.time_zone
  const [isOpen, setOpen] = useState(false)
  const detailsId = `message-${message.id}`
  return (
    <tbody>
      <tr>
        <th scope="row">
          <UnstyledButton
            className={classes.opener}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <IconChevronRight size={16} aria-hidden className={classes.chevron} />
            {titleOf(message)}
          </UnstyledButton>
        </th>
        <td className={classes.whole}>{kindNames[message.kind].one}</td>
        <td>{message.to.join(', ')}</td>
        <td className={classes.whole}>
          <time dateTime={message.created_at}>{formatDateTime(message.created_at, zone)}</time>
        </td>
      </tr>
      {isOpen && (
        <tr id={detailsId} className={classes.details}>
          <td colSpan={4}>
            <MessageDetails message={message} />
          </td>
        </tr>
      )}
    </tbody>
  )
}

const shownLetters = 60

/** The subject; of what has none, how it begins. */
function titleOf({ subject, body }: CapturedMessage): string {
  if (subject) return subject
  if (body === '') return 'Without a subject'
  return body.length > shownLetters ? `${body.slice(0, shownLetters)}…` : body
}

import type { CapturedMessage } from '../../api/sandbox.ts'
import classes from '../../shell/log.module.css'
import { LogRow, LogTable, TimeCell } from '../../shell/log-table.tsx'
import { MessageDetails } from './message-details.tsx'
import { kindNames } from './shown.ts'

const columns = ['What it says', 'Kind', 'To', 'When']

export function MessagesTable({ messages }: { messages: CapturedMessage[] }) {
  return (
    <LogTable caption="Captured messages, newest first" columns={columns}>
      {messages.map((message) => (
        <LogRow
          key={message.id}
          id={`message-${message.id}`}
          title={titleOf(message)}
          columns={columns.length}
          cells={
            <>
              <td className={classes.whole}>{kindNames[message.kind].one}</td>
              <td>{message.to.join(', ')}</td>
              <TimeCell at={message.created_at} />
            </>
          }
        >
          <MessageDetails message={message} />
        </LogRow>
      ))}
    </LogTable>
  )
}

const shownLetters = 60

/** The subject; of what has none, how it begins. */
function titleOf({ subject, body }: CapturedMessage): string {
  if (subject) return subject
  if (body === '') return 'Without a subject'
  return body.length > shownLetters ? `${body.slice(0, shownLetters)}…` : body
}

import { Button, Checkbox, Group, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { redeliverRange } from '../../api/deliveries.ts'
import { momentAt, shownAt } from '../../format/days.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

export interface Range {
  question: string
  /** In ISO 8601; a day ago unless it is known better. */
  from?: string
}

interface RedeliverRangeProps {
  webhookId: string
  /** Null while nobody asks for it. */
  range: Range | null
  onClose: () => void
}

const minute = 60_000
const day = 24 * 60 * minute

export function RedeliverRange({ webhookId, range, onClose }: RedeliverRangeProps) {
  return (
    <Modal opened={range !== null} onClose={onClose} title={range?.question} size="34rem">
      {range && <RangeForm webhookId={webhookId} range={range} onClose={onClose} />}
    </Modal>
  )
}

function RangeForm({ webhookId, range, onClose }: RedeliverRangeProps & { range: Range }) {
  const zone = useSignedIn().account.time_zone
  const now = Date.now()
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      from: shownAt(range.from ? Date.parse(range.from) : now - day, zone),
      // The minute that has begun is over by then.
      to: shownAt(now + minute, zone),
      only_failed: true,
    },
    validate: {
      from: (from) => (momentAt(from, zone) ? null : 'Enter a day and a time.'),
      to(to, { from }) {
        if (!momentAt(to, zone)) return 'Enter a day and a time.'
        return to < from ? 'Enter a time after the beginning.' : null
      },
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ from, to, only_failed }) =>
      redeliverRange(webhookId, {
        from: momentAt(from, zone) ?? '',
        to: endOfMinute(momentAt(to, zone)),
        only_failed,
      }),
    onDone(count) {
      onClose()
      tell(queuedSentence(count))
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          Events of this time are delivered again, with the same webhook-id as before. Times are those of{' '}
          {zone}.
        </Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput type="datetime-local" label="From" {...form.getInputProps('from')} data-autofocus />
          <TextInput type="datetime-local" label="To" {...form.getInputProps('to')} />
        </SimpleGrid>
        <Checkbox
          label="Only what has not arrived"
          description="Leaves out events of which a delivery has arrived or is under way."
          {...form.getInputProps('only_failed', { type: 'checkbox' })}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" loading={pending}>
            Deliver again
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}

/** A minute that is chosen belongs to the range as a whole. */
function endOfMinute(moment: string | undefined | null): string {
  return moment ? new Date(Date.parse(moment) + minute - 1_000).toISOString() : ''
}

function queuedSentence(count: number): string {
  if (count === 0) return 'There was nothing to deliver again in this time.'
  return count === 1 ? '1 delivery was queued.' : `${count.toLocaleString('en')} deliveries were queued.`
}

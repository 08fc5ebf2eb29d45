import { Alert, ScrollArea, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { queryClient } from '../../api/query-client.ts'
import { sendTestEvent, type TestOutcome, type Webhook, webhookQuery } from '../../api/webhooks.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import classes from './test-card.module.css'

export function TestCard({ webhook }: { webhook: Webhook }) {
  const testing = useMutation({
    mutationFn: () => sendTestEvent(webhook.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: webhookQuery(webhook.id).queryKey }),
  })
  return (
    <Card
      title="Test"
      explanation="Sends a signed event of the type webhook.test now, whatever the webhook is told of, and shows what the program answers."
    >
      <div>
        <ActButton variant="default" loading={testing.isPending} onClick={() => testing.mutate()}>
          Send test event
        </ActButton>
        <div role="status">{testing.data && !testing.isPending && <Outcome outcome={testing.data} />}</div>
      </div>
    </Card>
  )
}

function Outcome({ outcome }: { outcome: TestOutcome }) {
  const attempt = outcome.attempts.at(-1)
  if (outcome.status === 'pending' || !attempt) {
    return (
      <Alert color="orange" mt="md" title="No answer yet">
        <Text size="sm">The program takes its time. The deliveries below will tell what became of it.</Text>
      </Alert>
    )
  }
  const { response_status: status, response_body: body, error, duration_ms: duration } = attempt
  const isDelivered = outcome.status === 'delivered'
  return (
    <Alert
      color={isDelivered ? 'green' : 'red'}
      mt="md"
      title={isDelivered ? 'The test arrived' : 'The test failed'}
    >
      <Stack gap="xs">
        <Text size="sm">
          {status === null
            ? `No answer after ${duration} ms: ${error}`
            : `Answered ${status} after ${duration} ms.`}
        </Text>
        {body && (
          <ScrollArea.Autosize mah={160} type="auto">
            <pre className={classes.reply}>{body}</pre>
          </ScrollArea.Autosize>
        )}
      </Stack>
    </Alert>
  )
}

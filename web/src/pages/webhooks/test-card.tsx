import { Alert } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { sendTest, type TestedDelivery } from '../../api/deliveries.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { outcomeOf, ReplyBody } from './reply.tsx'

/** Sends an event that tells of nothing, and shows what comes back. */
export function TestCard({ webhookId }: { webhookId: string }) {
  const sending = useMutation({ mutationFn: () => sendTest(webhookId) })
  return (
    <Card
      title="Test"
      explanation="Sends an event of the type webhook.test to the receiver now, once, also while the webhook is paused or disabled."
    >
      <div>
        <ActButton variant="default" loading={sending.isPending} onClick={() => sending.mutate()}>
          Send test event
        </ActButton>
        <div role="status">{sending.data && !sending.isPending && <Outcome delivery={sending.data} />}</div>
      </div>
    </Card>
  )
}

function Outcome({ delivery }: { delivery: TestedDelivery }) {
  const [attempt] = delivery.attempts
  if (!attempt) {
    return (
      <Alert mt="md" color="orange" title="The receiver has not answered yet">
        The deliveries below will tell what became of it.
      </Alert>
    )
  }
  const arrived = delivery.status === 'delivered'
  return (
    <Alert
      mt="md"
      color={arrived ? 'green' : 'red'}
      title={`${arrived ? 'The test arrived' : 'The test failed'}: ${outcomeOf(attempt)}`}
    >
      <ReplyBody body={attempt.response_body} label="The reply to the test" />
    </Alert>
  )
}

import { Group, List, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { createSandbox, type Filling } from '../../api/sandbox.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { tell } from '../../shell/toasts.ts'
import { FillingField } from './filling-field.tsx'
import { Working } from './working.tsx'

export function CreateSandbox() {
  const [fill, setFill] = useState<Filling>('set_up')
  const creating = useMutation({
    mutationFn: () => createSandbox(fill),
    onSuccess: () => tell('Sandbox created'),
  })
  return (
    <Card title="Create a sandbox">
      <div>
        <Text size="sm" mb="sm">
          A sandbox is an account of its own beside yours, to build and test integrations in.
        </Text>
        <List size="sm" spacing={4}>
          <List.Item>It has its own data, and its own key, which never opens your real data.</List.Item>
          <List.Item>
            Nothing leaves it: e-mails, texts and webhooks end up in an outbox that you read.
          </List.Item>
          <List.Item>Everybody in your company has the same role there.</List.Item>
        </List>
      </div>
      <FillingField value={fill} onChange={setFill} disabled={creating.isPending} />
      <Working shown={creating.isPending} />
      <Group>
        <ActButton loading={creating.isPending} onClick={() => creating.mutate()}>
          Create sandbox
        </ActButton>
      </Group>
    </Card>
  )
}

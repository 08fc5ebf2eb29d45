import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode, Ref } from 'react'

interface CardProps {
  title?: string
  explanation?: string | undefined
  /** The one act of the card, beside its title. */
  action?: ReactNode
  /** For who gives the focus to the heading, where what had it is gone. */
  headingRef?: Ref<HTMLHeadingElement>
  children: ReactNode
}

export function Card({ title, explanation, action, headingRef, children }: CardProps) {
  return (
    <Paper component="section" withBorder p={{ base: 'md', sm: 'lg' }} bd="1px solid var(--latchkey-line)">
      <Stack gap="md">
        {title && (
          <div>
            <Group justify="space-between" gap="xs">
              <Title order={2} size="h4" {...(headingRef ? { ref: headingRef, tabIndex: -1 } : {})}>
                {title}
              </Title>
              {action}
            </Group>
            {explanation && (
              <Text c="dimmed" size="sm" mt={4}>
                {explanation}
              </Text>
            )}
          </div>
        )}
        {children}
      </Stack>
    </Paper>
  )
}

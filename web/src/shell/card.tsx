import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface CardProps {
  title?: string
  explanation?: string | undefined
  children: ReactNode
}

export function Card({ title, explanation, children }: CardProps) {
  return (
    <Paper component="section" withBorder p={{ base: 'md', sm: 'lg' }} bd="1px solid var(--latchkey-line)">
      <Stack gap="md">
        {title && (
          <div>
            <Title order={2} size="h4">
              {title}
            </Title>
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

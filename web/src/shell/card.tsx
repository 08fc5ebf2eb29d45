import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode, Ref } from 'react'

interface CardProps {
  title?: string
  explanation?: string | undefined
  /** The one act of the card, beside its title, or below it where that takes the width. */
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
          <Group justify="space-between" align="flex-start" gap="xs">
            <Box flex="1 1 16rem">
              <Title order={2} size="h4" {...(headingRef ? { ref: headingRef, tabIndex: -1 } : {})}>
                {title}
              </Title>
              {explanation && (
                <Text c="dimmed" size="sm" mt={4}>
                  {explanation}
                </Text>
              )}
            </Box>
            {action}
          </Group>
        )}
        {children}
      </Stack>
    </Paper>
  )
}

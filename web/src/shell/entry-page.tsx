import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './entry-page.module.css'
import { KeyMark } from './key-mark.tsx'
import { usePageHeading } from './page.tsx'
import { useIsInShell } from './signed-in.tsx'

interface EntryPageProps {
  title: string
  introduction?: ReactNode
  children: ReactNode
}

/** The frame of the pages outside the shell: setup, sign-in, invitations, and of errors everywhere. */
export function EntryPage({ title, introduction, children }: EntryPageProps) {
  const heading = usePageHeading(title)
  const isInShell = useIsInShell()
  const Frame = isInShell ? 'div' : 'main'
  return (
    <Frame className={classes.page}>
      {!isInShell && (
        <Group gap="xs" justify="center" mb="lg">
          <KeyMark />
          <Text fw={650} size="lg">
            Latchkey
          </Text>
        </Group>
      )}
      <Paper withBorder p={{ base: 'lg', sm: 'xl' }} bd="1px solid var(--latchkey-line)">
        <Stack gap="lg">
          <div>
            <Title order={1} size="h2" ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {introduction && (
              <Text c="dimmed" size="sm" mt={6}>
                {introduction}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </Frame>
  )
}

import { Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { Confirmation } from '../../shell/confirmation.tsx'

/** Asks before a page is left whose changes would be lost. */
export function Unsaved({ isDirty }: { isDirty: boolean }) {
  const leaving = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
  return (
    <Confirmation
      opened={leaving.status === 'blocked'}
      title="Leave without saving?"
      verb="Leave"
      cancel="Stay"
      pending={false}
      onConfirm={() => leaving.proceed?.()}
      onClose={() => leaving.reset?.()}
    >
      <Text size="sm">What you changed on this page is lost.</Text>
    </Confirmation>
  )
}

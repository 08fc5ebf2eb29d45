import { Text } from '@mantine/core'

/** Says why it takes a while. Its place is kept, so that nothing jumps. */
export function Working({ shown }: { shown: boolean }) {
  return (
    <Text role="status" size="sm" c="dimmed" mih={22}>
      {shown ? 'The sandbox is being filled. Demo data can take half a minute.' : ''}
    </Text>
  )
}

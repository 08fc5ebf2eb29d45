import { Center, Loader } from '@mantine/core'

/** Shown while the first answer about the session is on its way, if it takes long enough to be seen. */
export function Starting() {
  return (
    <Center mih="60dvh" role="status" aria-label="Loading">
      <Loader type="dots" />
    </Center>
  )
}

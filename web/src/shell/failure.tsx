import { Alert } from '@mantine/core'

/** What a form's server answer said that belongs to no single field. */
export function Failure({ message }: { message: string | null }) {
  return (
    message && (
      <Alert color="red" role="alert" p="sm">
        {message}
      </Alert>
    )
  )
}

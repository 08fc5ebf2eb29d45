import { Anchor } from '@mantine/core'

export function VerifyLink() {
  return (
    <Anchor href="/api_docs/guides/verify-webhooks" target="_blank" rel="noreferrer" inherit>
      How to check signatures
    </Anchor>
  )
}

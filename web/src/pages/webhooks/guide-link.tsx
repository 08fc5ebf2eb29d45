import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'

interface GuideLinkProps {
  guide: 'webhooks' | 'verify-webhooks'
  children: ReactNode
}

/** Opens a guide of the API reference beside the page. */
export function GuideLink({ guide, children }: GuideLinkProps) {
  return (
    <Anchor href={`/api_docs/guides/${guide}`} target="_blank" rel="noreferrer" size="sm">
      {children}
    </Anchor>
  )
}

import { Anchor } from '@mantine/core'

/** The support address of this server: a mail address or a web page. */
export function SupportAddress({ address }: { address: string }) {
  const isPage = /^https?:\/\//.test(address)
  return (
    <Anchor href={isPage ? address : `mailto:${address}`} inherit>
      {address}
    </Anchor>
  )
}

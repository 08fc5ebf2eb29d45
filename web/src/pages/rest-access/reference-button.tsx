import { Button, type ButtonProps } from '@mantine/core'

export function ReferenceButton({ href, ...props }: ButtonProps & { href: string }) {
  return (
    <Button component="a" href={href} target="_blank" rel="noreferrer" variant="default" {...props}>
      API reference
    </Button>
  )
}

import { Button, type ButtonProps, type ElementProps } from '@mantine/core'
import { useMergedRef } from '@mantine/hooks'
import { type Ref, useLayoutEffect, useRef } from 'react'

type ActButtonProps = ButtonProps &
  ElementProps<'button', keyof ButtonProps> & { loading: boolean; ref?: Ref<HTMLButtonElement> }

/** A button whose act takes a moment. The browser takes the focus from a disabled button; this one gets it back. */
export function ActButton({ loading, ref, onClick, ...props }: ActButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  const hadFocus = useRef(false)
  useLayoutEffect(() => {
    if (loading || !hadFocus.current) return
    hadFocus.current = false
    // A dialog that closes now returns the focus by itself, and comes first.
    const later = window.setTimeout(() => {
      if (document.activeElement === document.body) button.current?.focus()
    }, 50)
    return () => window.clearTimeout(later)
  }, [loading])
  const refs = useMergedRef(button, ref)
  return (
    <Button
      ref={refs}
      loading={loading}
      onClick={(event) => {
        // Once the button is disabled it is too late to ask.
        hadFocus.current = document.activeElement === button.current
        onClick?.(event)
      }}
      {...props}
    />
  )
}

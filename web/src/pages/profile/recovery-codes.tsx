import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ActButton } from '../../shell/act-button.tsx'
import { copyText } from '../../shell/copy-text.ts'
import { tell } from '../../shell/toasts.ts'
import classes from './recovery-codes.module.css'

/** The recovery codes, this one time. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const list = useRef<HTMLOListElement>(null)
  const [byHand, setByHand] = useState(false)
  const text = `${codes.join('\n')}\n`
  const copying = useMutation({
    mutationFn: () => copyText(Promise.resolve(text)),
    onSuccess({ copied }) {
      if (copied) return tell('Recovery codes copied')
      setByHand(true)
      if (list.current) getSelection()?.selectAllChildren(list.current)
    },
  })
  // What was focused is gone with the form; the codes are what comes next.
  useEffect(() => list.current?.focus(), [])
  return (
    <Stack>
      <Text size="sm">
        Each of these codes signs you in once when you do not have your phone. Keep them where you keep your
        passwords: they are not shown again.
      </Text>
      <ol ref={list} className={classes.codes} aria-label="Recovery codes" tabIndex={-1}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Text role="status" size="sm" c="dimmed" hidden={!byHand}>
        This browser does not let the page copy by itself. The codes are selected: copy them with the
        keyboard.
      </Text>
      <Group gap="sm">
        <ActButton variant="default" loading={copying.isPending} onClick={() => copying.mutate()}>
          Copy codes
        </ActButton>
        <Button
          variant="default"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="latchkey-recovery-codes.txt"
        >
          Download codes
        </Button>
        <Button ms="auto" onClick={onDone}>
          I have kept them
        </Button>
      </Group>
    </Stack>
  )
}

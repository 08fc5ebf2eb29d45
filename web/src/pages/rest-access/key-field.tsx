import { Group, Text, TextInput } from '@mantine/core'
import { IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { revealKey } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { copyText } from '../../shell/copy-text.ts'
import { tell } from '../../shell/toasts.ts'
import classes from './key-field.module.css'

interface KeyFieldProps {
  masked: string
  secret: string | null
  onSecret: (secret: string | null) => void
  focusOnMount: boolean
}

export function KeyField({ masked, secret, onSecret, focusOnMount }: KeyFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const [copyByHand, setCopyByHand] = useState(false)
  const showing = useMutation({ mutationFn: revealKey, onSuccess: onSecret })
  const copying = useMutation({
    mutationFn: () => copyText(secret ? Promise.resolve(secret) : revealKey()),
    onSuccess({ text, copied }) {
      if (copied) return tell('API key copied')
      onSecret(text)
      setCopyByHand(true)
    },
  })

  useEffect(() => {
    if (focusOnMount) field.current?.focus()
  }, [focusOnMount])

  useEffect(() => {
    if (copyByHand && secret) field.current?.select()
  }, [copyByHand, secret])

  function toggle() {
    setCopyByHand(false)
    if (secret) onSecret(null)
    else showing.mutate()
  }

  return (
    <div className={classes.row}>
      <TextInput
        ref={field}
        label="API key"
        value={secret ?? masked}
        readOnly
        spellCheck={false}
        autoComplete="off"
        classNames={{ root: classes.field, input: classes.input }}
        onFocus={(event) => secret && event.currentTarget.select()}
      />
      <Group gap="xs" wrap="nowrap" className={classes.buttons}>
        <ActButton
          variant="default"
          onClick={toggle}
          loading={showing.isPending}
          leftSection={secret ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
        >
          {secret ? 'Hide key' : 'Show key'}
        </ActButton>
        <ActButton
          onClick={() => copying.mutate()}
          loading={copying.isPending}
          leftSection={<IconCopy size={16} aria-hidden />}
        >
          Copy key
        </ActButton>
      </Group>
      <Text role="status" size="sm" c="dimmed" className={classes.hint}>
        {copyByHand && secret ? `Press ${copyKeys()} to copy the selected key.` : ''}
      </Text>
    </div>
  )
}

function copyKeys(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘C' : 'Ctrl+C'
}

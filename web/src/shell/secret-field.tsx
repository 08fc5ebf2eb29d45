import { Group, Text, TextInput } from '@mantine/core'
import { IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ActButton } from './act-button.tsx'
import { copyText } from './copy-text.ts'
import classes from './secret-field.module.css'
import { tell } from './toasts.ts'

interface SecretFieldProps {
  label: string
  /** The one word on the buttons: "Copy key". */
  word: string
  masked: string
  /** The whole of it, after somebody asked for it. */
  secret: string | null
  reveal: () => Promise<string>
  onSecret: (secret: string | null) => void
  focusOnMount: boolean
}

/** A secret that is masked until somebody asks for it, and can be copied without being shown. */
export function SecretField(props: SecretFieldProps) {
  const { label, word, masked, secret, reveal, onSecret, focusOnMount } = props
  const field = useRef<HTMLInputElement>(null)
  const [copyByHand, setCopyByHand] = useState(false)
  const showing = useMutation({ mutationFn: reveal, onSuccess: onSecret })
  const copying = useMutation({
    mutationFn: () => copyText(secret ? Promise.resolve(secret) : reveal()),
    onSuccess({ text, copied }) {
      if (copied) return tell(`${label} copied`)
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
        label={label}
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
          {secret ? `Hide ${word}` : `Show ${word}`}
        </ActButton>
        <ActButton
          onClick={() => copying.mutate()}
          loading={copying.isPending}
          leftSection={<IconCopy size={16} aria-hidden />}
        >
          Copy {word}
        </ActButton>
      </Group>
      <Text role="status" size="sm" c="dimmed" className={classes.hint}>
        {copyByHand && secret ? `Press ${copyKeys()} to copy the selected ${word}.` : ''}
      </Text>
    </div>
  )
}

function copyKeys(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘C' : 'Ctrl+C'
}

import { IconCopy } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import type { RestKey } from '../../api/rest-access.ts'
import { revealNamedKey, rotateNamedKey } from '../../api/rest-keys.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { copyText } from '../../shell/copy-text.ts'
import { tell } from '../../shell/toasts.ts'
import { DisableDialog } from './disable-dialog.tsx'
import { type AskedAct, KeyMenu } from './key-menu.tsx'
import classes from './keys-table.module.css'
import { RevokeDialog } from './revoke-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'

interface KeyActsProps {
  restKey: RestKey
  /** The whole key, while it is shown. */
  secret: string | null
  onSecret: (secret: string | null) => void
  onRevoked: () => void
  menuButton: RefObject<HTMLButtonElement | null>
}

/** Copies a named key, or opens what else can be done with it. */
export function KeyActs({ restKey, secret, onSecret, onRevoked, menuButton }: KeyActsProps) {
  const [asked, setAsked] = useState<AskedAct | null>(null)
  const reveal = () => revealNamedKey(restKey.id)
  const showing = useMutation({ mutationFn: reveal, onSuccess: onSecret })
  const copying = useMutation({
    mutationFn: () => copyText(secret ? Promise.resolve(secret) : reveal()),
    onSuccess({ text, copied }) {
      if (copied) return tell(`Key of ${restKey.name} copied`)
      onSecret(text)
      tell('The key is shown: copy it with the keyboard.')
    },
  })
  const dialog = (act: AskedAct) => ({
    restKey,
    opened: asked === act,
    onClose: () => setAsked(null),
  })
  return (
    <div className={classes.buttons}>
      <ActButton
        variant="default"
        size="xs"
        aria-label={`Copy the key ${restKey.name}`}
        leftSection={<IconCopy size={14} aria-hidden />}
        loading={copying.isPending}
        onClick={() => copying.mutate()}
      >
        Copy
      </ActButton>
      <KeyMenu
        ref={menuButton}
        restKey={restKey}
        isShown={secret !== null}
        onToggleShown={() => (secret ? onSecret(null) : showing.mutate())}
        onAsk={(act) => {
          // A dialog gives the focus back to where it was, and the item of the menu will be gone.
          menuButton.current?.focus()
          setAsked(act)
        }}
      />
      <RotateDialog
        {...dialog('rotate')}
        rotate={(seconds) => rotateNamedKey(restKey.id, seconds)}
        onRotated={onSecret}
      />
      <DisableDialog {...dialog('disable')} />
      <RevokeDialog {...dialog('revoke')} onRevoked={onRevoked} />
    </div>
  )
}

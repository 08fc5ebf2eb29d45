import { IconFlask } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { switchAccount } from '../api/session.ts'
import { ActButton } from './act-button.tsx'
import classes from './sandbox-banner.module.css'

/** Says on every page of a sandbox that it is one, and leads back. */
export function SandboxBanner({ company }: { company: { id: string; name: string } }) {
  const leaving = useMutation({
    mutationFn: () => switchAccount(company.id),
    // A fresh load, so that nothing of the sandbox stays on the page.
    onSuccess: () => window.location.assign('/'),
  })
  return (
    <section aria-label="Sandbox" className={classes.banner}>
      <IconFlask size={18} aria-hidden className={classes.mark} />
      <span className={classes.words}>
        <strong>Sandbox of {company.name}</strong> – nothing here is real, nothing is sent
      </span>
      <ActButton
        size="compact-sm"
        variant="default"
        loading={leaving.isPending}
        onClick={() => leaving.mutate()}
      >
        Back to {company.name}
      </ActButton>
    </section>
  )
}

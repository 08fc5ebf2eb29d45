import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { auditExportUrl } from '../../api/audit-log.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { Entries } from './entries.tsx'
import { Filters } from './filters.tsx'
import { auditFilter, type Shown } from './shown.ts'

export function AuditLogPage() {
  const shown = useSearch({ from: '/shell/settings/audit-log' })
  const navigate = useNavigate({ from: '/settings/audit-log' })
  const { role, account } = useSignedIn()
  const filter = auditFilter(shown, account.time_zone)
  const crumbs = [{ label: 'Settings' }]
  if (role !== 'admin') {
    return (
      <Page title="Audit log" crumbs={crumbs}>
        <AdminsOnly
          title="Only account admins can read the audit log"
          explanation="It tells who signed in, and who changed keys, webhooks, people and roles."
        />
      </Page>
    )
  }
  return (
    <Page
      title="Audit log"
      crumbs={crumbs}
      action={
        <Button
          component="a"
          href={auditExportUrl(filter)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Export CSV
        </Button>
      }
    >
      <Filters shown={shown} onChange={show} />
      <Entries filter={filter} isNarrowed={Object.keys(shown).length > 0} onShowAll={() => show({})} />
    </Page>
  )

  function show(next: Shown) {
    navigate({ search: next, resetScroll: false })
  }
}

import { Group, Stack, Title } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { AnchorLink } from './links.tsx'
import classes from './page.module.css'

interface PageProps {
  title: string
  /** What the browser tab says, when it is more than the title. */
  documentTitle?: string
  crumbs?: Crumb[]
  action?: ReactNode
  children: ReactNode
}

export interface Crumb {
  label: string
  to?:
    | '/settings/integrations'
    | '/settings/integrations/rest-api'
    | '/settings/integrations/webhooks'
    | '/settings/people'
}

/** The frame of every page inside the shell: where one is, the title, the one main action, the content. */
export function Page({ title, documentTitle = title, crumbs = [], action, children }: PageProps) {
  const heading = usePageHeading(documentTitle)
  return (
    <Stack gap="lg" className={classes.page}>
      <div>
        {crumbs.length > 0 && <Crumbs crumbs={crumbs} current={title} />}
        <Group justify="space-between" gap="sm" mih={36}>
          <Title order={1} ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {action}
        </Group>
      </div>
      {children}
    </Stack>
  )
}

let firstPageSeen = false

/** Names the tab, and moves the focus to the heading after a navigation as a page load would have done. */
export function usePageHeading(documentTitle: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${documentTitle} · Latchkey`
  }, [documentTitle])
  useEffect(() => {
    if (firstPageSeen) heading.current?.focus({ preventScroll: true })
    firstPageSeen = true
  }, [])
  return heading
}

function Crumbs({ crumbs, current }: { crumbs: Crumb[]; current: string }) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className={classes.crumbs}>
        {crumbs.map((crumb) => (
          <li key={crumb.label}>
            {crumb.to ? (
              <AnchorLink to={crumb.to} inherit>
                {crumb.label}
              </AnchorLink>
            ) : (
              crumb.label
            )}
            <IconChevronRight size={14} aria-hidden />
          </li>
        ))}
        <li>
          <span aria-current="page">{current}</span>
        </li>
      </ol>
    </nav>
  )
}

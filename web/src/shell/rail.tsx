import {
  IconBook2,
  IconBuildingCommunity,
  IconExternalLink,
  IconHistory,
  IconMailbox,
  IconPlugConnected,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { AccountMenu } from './account-menu.tsx'
import classes from './rail.module.css'
import { useSignedIn } from './signed-in.tsx'
import { UserMenu } from './user-menu.tsx'

interface Place {
  to: LinkProps['to']
  label: string
  icon: ComponentType<{ size: number; 'aria-hidden': boolean }>
  adminsOnly?: true
  sandboxOnly?: true
}

/** The places of the app by group; a new place is a line here. */
const groups: { title: string; places: Place[] }[] = [
  { title: 'Sandbox', places: [{ to: '/outbox', label: 'Outbox', icon: IconMailbox, sandboxOnly: true }] },
  {
    title: 'Settings',
    places: [
      { to: '/settings/integrations', label: 'Integrations', icon: IconPlugConnected },
      { to: '/settings/people', label: 'People', icon: IconUsers },
      { to: '/settings/company', label: 'Company', icon: IconBuildingCommunity },
      { to: '/settings/audit-log', label: 'Audit log', icon: IconHistory, adminsOnly: true },
      { to: '/settings/profile', label: 'Your profile', icon: IconUser },
    ],
  },
]

export function Rail({ onNavigate }: { onNavigate?: () => void }) {
  const { role, account } = useSignedIn()
  const who = { isAdmin: role === 'admin', isInSandbox: account.sandbox_of !== null }
  const shown = groups
    .map(({ title, places }) => ({ title, places: shownPlaces(places, who) }))
    .filter(({ places }) => places.length > 0)
  return (
    <div className={classes.rail}>
      <AccountMenu />
      <nav aria-label="Main" className={classes.places}>
        {shown.map((group) => (
          <div key={group.title}>
            <h2 className={classes.title}>{group.title}</h2>
            <ul className={classes.list}>
              {group.places.map(({ to, label, icon: Icon }) => (
                <li key={label}>
                  <Link to={to} className={classes.place} onClick={onNavigate}>
                    <Icon size={18} aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <a href="/api_docs" target="_blank" rel="noreferrer" className={classes.place} data-last>
          <IconBook2 size={18} aria-hidden />
          API reference
          <IconExternalLink size={14} aria-hidden className={classes.out} />
        </a>
      </nav>
      <UserMenu onNavigate={onNavigate} />
    </div>
  )
}

function shownPlaces(places: Place[], who: { isAdmin: boolean; isInSandbox: boolean }): Place[] {
  return places.filter(
    ({ adminsOnly, sandboxOnly }) => (who.isAdmin || !adminsOnly) && (who.isInSandbox || !sandboxOnly),
  )
}

import { Burger, Drawer, Text } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { goLive } from '../api/live.ts'
import { sessionQuery } from '../api/session.ts'
import { goToSignIn } from './leave.ts'
import { Rail } from './rail.tsx'
import { SandboxBanner } from './sandbox-banner.tsx'
import classes from './shell.module.css'
import { SignedInProvider } from './signed-in.tsx'
import { WithoutAccountPage } from './without-account-page.tsx'

/** What surrounds every page of somebody signed in: the rail with the places, or a drawer on a phone. */
export function Shell() {
  const { signed_in: signedIn } = useSuspenseQuery(sessionQuery).data
  const [drawerOpened, drawer] = useDisclosure(false)
  const wide = useMediaQuery('(min-width: 48em)', undefined, { getInitialValueInEffect: false })

  useEffect(() => {
    if (signedIn === null) goToSignIn()
  }, [signedIn])

  const hasAccount = signedIn !== null && signedIn.account !== null
  useEffect(() => (hasAccount ? goLive() : undefined), [hasAccount])

  if (signedIn === null) return null
  if (signedIn.account === null) return <WithoutAccountPage user={signedIn.user} />
  return (
    <SignedInProvider value={signedIn}>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.shell}>
        {wide ? (
          <aside className={classes.rail}>
            <Rail />
          </aside>
        ) : (
          <header className={classes.bar}>
            <Burger opened={drawerOpened} onClick={drawer.toggle} aria-label="Menu" size="sm" />
            <Text fw={600} truncate>
              {signedIn.account.name}
            </Text>
            <Drawer opened={drawerOpened} onClose={drawer.close} size="17rem" title="Menu" padding="md">
              <Rail onNavigate={drawer.close} />
            </Drawer>
          </header>
        )}
        <div className={classes.place}>
          {signedIn.account.sandbox_of && <SandboxBanner company={signedIn.account.sandbox_of} />}
          <main id="content" tabIndex={-1} className={classes.content}>
            <Outlet />
          </main>
        </div>
      </div>
    </SignedInProvider>
  )
}

import {
  createRootRoute,
  createRoute,
  createRouter,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.ts'
import { safeNext } from './format/safe-next.ts'
import { AuditLogPage } from './pages/audit-log/audit-log-page.tsx'
import { filterIn } from './pages/audit-log/shown.ts'
import { CompanyPage } from './pages/company/company-page.tsx'
import { ForgotPasswordPage } from './pages/forgot-password/forgot-password-page.tsx'
import { IntegrationsPage } from './pages/integrations/integrations-page.tsx'
import { InvitationPage } from './pages/invitation/invitation-page.tsx'
import { OutboxPage } from './pages/outbox/outbox-page.tsx'
import { kindIn } from './pages/outbox/shown.ts'
import { PeoplePage } from './pages/people/people-page.tsx'
import { PermissionsPage } from './pages/permissions/permissions-page.tsx'
import { ProfilePage } from './pages/profile/profile-page.tsx'
import { RecordPage } from './pages/record/record-page.tsx'
import { isResource } from './pages/record/resources.ts'
import { ResetPasswordPage } from './pages/reset-password/reset-password-page.tsx'
import { RestAccessPage } from './pages/rest-access/rest-access-page.tsx'
import { ChangeKeyPage } from './pages/rest-key/change-key-page.tsx'
import { NewKeyPage } from './pages/rest-key/new-key-page.tsx'
import { SandboxPage } from './pages/sandbox/sandbox-page.tsx'
import { SetupPage } from './pages/setup/setup-page.tsx'
import { SignInPage } from './pages/sign-in/sign-in-page.tsx'
import { EditWebhookPage } from './pages/webhooks/edit-webhook-page.tsx'
import { NewWebhookPage } from './pages/webhooks/new-webhook-page.tsx'
import { filterIn as deliveriesIn } from './pages/webhooks/shown.ts'
import { WebhookPage } from './pages/webhooks/webhook-page.tsx'
import { WebhooksPage } from './pages/webhooks/webhooks-page.tsx'
import { ErrorPage } from './shell/error-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Shell } from './shell/shell.tsx'
import { Starting } from './shell/starting.tsx'

const root = createRootRoute({
  component: Outlet,
  async beforeLoad({ location }) {
    const { setup_required } = await queryClient.ensureQueryData(sessionQuery)
    if (setup_required && location.pathname !== '/setup') throw redirect({ to: '/setup', replace: true })
    if (!setup_required && location.pathname === '/setup') throw redirect({ to: '/', replace: true })
  },
})

const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string; email?: string; problem?: string } => ({
    ...textParam(search, 'next'),
    ...textParam(search, 'email'),
    ...textParam(search, 'problem'),
  }),
  async beforeLoad({ search }) {
    const { signed_in } = await queryClient.ensureQueryData(sessionQuery)
    // What went wrong while somebody confirmed who they are is told, and not passed over.
    if (signed_in && !search.problem) {
      throw redirect({ href: safeNext(search.next, window.location.origin), replace: true })
    }
  },
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: ForgotPasswordPage,
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: ResetPasswordPage,
  validateSearch: (search): { token?: string } => textParam(search, 'token'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$id',
  component: InvitationPage,
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  async beforeLoad({ location }) {
    const { signed_in } = await queryClient.ensureQueryData(sessionQuery)
    if (signed_in) return
    const next = location.href === '/' ? undefined : location.href
    throw redirect({ to: '/sign-in', search: next ? { next } : {}, replace: true })
  },
})

const toIntegrations = () => {
  throw redirect({ to: '/settings/integrations', replace: true })
}

const places = [
  createRoute({ getParentRoute: () => shell, path: '/', beforeLoad: toIntegrations }),
  createRoute({ getParentRoute: () => shell, path: '/settings', beforeLoad: toIntegrations }),
  createRoute({ getParentRoute: () => shell, path: '/settings/integrations', component: IntegrationsPage }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/rest-api',
    component: RestAccessPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/rest-api/keys/new',
    component: NewKeyPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/rest-api/keys/$id',
    component: ChangeKeyPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/webhooks',
    component: WebhooksPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/webhooks/new',
    component: NewWebhookPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/webhooks/$id',
    component: WebhookPage,
    validateSearch: deliveriesIn,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/webhooks/$id/edit',
    component: EditWebhookPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/integrations/sandbox',
    component: SandboxPage,
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/outbox',
    component: OutboxPage,
    validateSearch: kindIn,
  }),
  createRoute({ getParentRoute: () => shell, path: '/settings/people', component: PeoplePage }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/people/$id/permissions',
    component: PermissionsPage,
  }),
  createRoute({ getParentRoute: () => shell, path: '/settings/company', component: CompanyPage }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/audit-log',
    component: AuditLogPage,
    validateSearch: filterIn,
  }),
  createRoute({ getParentRoute: () => shell, path: '/settings/profile', component: ProfilePage }),
  createRoute({
    getParentRoute: () => shell,
    path: '/$resource/$id',
    component: RecordPage,
    beforeLoad({ params }) {
      if (!isResource(params.resource)) throw notFound()
    },
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    signIn,
    forgotPassword,
    resetPassword,
    invitation,
    shell.addChildren(places),
  ]),
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
  defaultPendingComponent: Starting,
  scrollRestoration: true,
  // Search parameters are plain text here: a token that looks like a number must stay what it is.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch(search) {
    const given = Object.entries(search).filter(([, value]) => value !== undefined)
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
    return text && `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function textParam<Name extends string>(
  search: Record<string, unknown>,
  name: Name,
): { [name in Name]?: string } {
  const value = search[name]
  return typeof value === 'string' ? ({ [name]: value } as { [name in Name]?: string }) : {}
}

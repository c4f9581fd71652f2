import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { call, isSignedOut } from './api/session.ts'
import { ErrorState, LoadingState } from './parts/States.tsx'
import { Shell } from './shell/Shell.tsx'

type Context = { readonly queries: QueryClient }

const root = createRootRouteWithContext<Context>()({ component: Outlet })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search['to'] === 'string' && search['to'].startsWith('/') ? { to: search['to'] } : {},
  component: lazyRouteComponent(() => import('./screens/sign-in/SignIn.tsx'), 'SignIn'),
})

/** Where letters lead. */
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./screens/sign-in/ResetPassword.tsx'), 'ResetPassword'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$invitationId',
  component: lazyRouteComponent(() => import('./screens/sign-in/Invitation.tsx'), 'Invitation'),
})

/** Everything behind it needs somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData({ queryKey: ['me'], queryFn: () => call('getMe', {}) })
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { to: location.href } })
      throw error
    }
  },
  component: Shell,
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/apps' })
  },
})

/** One line a screen; each is loaded when it is first opened. */
const screens = [
  screen('/catalog', () => import('./screens/catalog/Catalog.tsx'), 'Catalog'),
  screen('/catalog/$appId', () => import('./screens/catalog/Listing.tsx'), 'Listing'),
  screen('/catalog/$appId/connect', () => import('./screens/connect/Connect.tsx'), 'Connect'),
  screen('/apps', () => import('./screens/apps/Apps.tsx'), 'Apps'),
  screen('/apps/$connectionId', () => import('./screens/apps/Instance.tsx'), 'Instance'),
  screen('/apps/$connectionId/change', () => import('./screens/connect/Change.tsx'), 'Change'),
  screen('/activity', () => import('./screens/activity/Activity.tsx'), 'Activity'),
  screen('/activity/$connectionId/$uid', () => import('./screens/activity/Event.tsx'), 'Event'),
  screen('/accounts', () => import('./screens/accounts/Accounts.tsx'), 'Accounts'),
  screen('/accounts/$accountId', () => import('./screens/accounts/Account.tsx'), 'Account'),
  screen('/inventory', () => import('./screens/accounts/Inventory.tsx'), 'Inventory'),
  screen('/inventory/$accountId', () => import('./screens/accounts/Account.tsx'), 'Account'),
  screen('/members', () => import('./screens/organisation/Members.tsx'), 'Members'),
  screen('/api-keys', () => import('./screens/organisation/ApiKeys.tsx'), 'ApiKeys'),
  screen('/webhooks', () => import('./screens/organisation/Webhooks.tsx'), 'Webhooks'),
  screen('/audit', () => import('./screens/organisation/Audit.tsx'), 'Audit'),
  screen('/outbox', () => import('./screens/operator/Outbox.tsx'), 'Outbox'),
  screen('/settings', () => import('./screens/organisation/Settings.tsx'), 'Settings'),
  screen('/profile', () => import('./screens/profile/Profile.tsx'), 'Profile'),
  screen('/$', () => import('./shell/NotFound.tsx'), 'NotFound'),
]

function screen<M extends Record<string, unknown>>(
  path: string,
  load: () => Promise<M>,
  name: keyof M & string,
) {
  return createRoute({
    getParentRoute: () => signedIn,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
  })
}

export function openRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      resetPassword,
      invitation,
      signedIn.addChildren([home, ...screens]),
    ]),
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingComponent: () => <LoadingState />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
    scrollRestoration: true,
  })
}

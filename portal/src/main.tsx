import '@mantine/core/styles.css'
import '@mantine/dates/styles.css'
import '@mantine/notifications/styles.css'
import './app.css'
import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.generated.ts'
import { isSignedOut } from './api/session.ts'
import { failureOf, NO_ANSWER } from './parts/problems.ts'
import { openRouter } from './routes.tsx'
import { theme } from './theme.ts'

/** What was refused is refused again; only what did not arrive is asked for twice. */
const isWorthRepeating = (failures: number, error: unknown): boolean => failures < 2 && !isRefusal(error)

const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError ? error.status < 500 : failureOf(error).code !== NO_ANSWER

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => leaveWhenSignedOut(error) }),
  defaultOptions: { queries: { retry: isWorthRepeating, staleTime: 5_000, refetchOnWindowFocus: true } },
})
const router = openRouter(queries)

/** A session that has ended leads to the sign-in, and from there back to the same place. */
function leaveWhenSignedOut(error: unknown): void {
  const { matches, location } = router.state
  const isInside = matches.some(({ routeId }) => routeId === '/signed-in')
  if (!isInside || !isSignedOut(error)) return
  queries.clear()
  void router.navigate({ to: '/sign-in', search: { to: location.href } })
}

/** A screen that an update of the platform has replaced is no longer there to load: the page is opened anew, once. */
window.addEventListener('vite:preloadError', () => {
  const isSecond = Date.now() - Number(window.sessionStorage.getItem('reloaded')) < 10_000
  if (isSecond) return
  window.sessionStorage.setItem('reloaded', String(Date.now()))
  window.location.reload()
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)

import { Divider, Paper } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMeta } from '../../api/session.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { DemoPeople } from './DemoPeople.tsx'
import { Frame } from './Frame.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { SetupForm } from './SetupForm.tsx'

/** The way in: the demo's people, a password, a passkey; or the very first administrator. */
export function SignIn() {
  const meta = useMeta()
  const { to = '/' } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const enter = () => navigate({ href: to, replace: true })
  return (
    <Frame title="Sign in">
      {meta.isPending && <LoadingState />}
      {meta.isError && <ErrorState error={meta.error} retry={() => meta.refetch()} />}
      {meta.data?.needsSetup === true && !meta.data.isDemo && <SetupForm enter={enter} />}
      {meta.data?.isDemo === true && (
        <Paper p="lg">
          <DemoPeople people={meta.data.demoPeople} enter={enter} />
        </Paper>
      )}
      {meta.data !== undefined && !(meta.data.needsSetup && !meta.data.isDemo) && (
        <>
          {meta.data.isDemo && <Divider label="or as yourself" />}
          <PasswordForm meta={meta.data} enter={enter} />
        </>
      )}
    </Frame>
  )
}

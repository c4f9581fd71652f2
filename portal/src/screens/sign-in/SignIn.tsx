import { Box, Center, Divider, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMeta } from '../../api/session.ts'
import { ErrorState, LoadingState } from '../../parts/States.tsx'
import { Mark } from '../../shell/Mark.tsx'
import { SchemeToggle } from '../../shell/Shell.tsx'
import { DemoPeople } from './DemoPeople.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { SetupForm } from './SetupForm.tsx'

/** The way in: the demo's people, a password, a passkey; or the very first administrator. */
export function SignIn() {
  const meta = useMeta()
  const { to = '/' } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const enter = () => navigate({ href: to, replace: true })
  return (
    <Box mih="100vh" style={{ background: 'var(--mantine-color-body)' }}>
      <Group justify="flex-end" p="md">
        <SchemeToggle />
      </Group>
      <Center px="md" pb="xl">
        <Stack w="100%" maw={440} gap="lg">
          <Group gap="sm">
            <Mark size={40} />
            <Box>
              <Title order={1}>Fairlead</Title>
              <Text c="dimmed" size="sm">
                Every SaaS app you use, watched from one place.
              </Text>
            </Box>
          </Group>
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
        </Stack>
      </Center>
    </Box>
  )
}

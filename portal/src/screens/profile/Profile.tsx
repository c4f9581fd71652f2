import { SimpleGrid, Stack } from '@mantine/core'
import { useMe } from '../../api/session.ts'
import { Page } from '../../parts/Page.tsx'
import { Passkeys } from './Passkeys.tsx'
import { Password } from './Password.tsx'
import { Sessions } from './Sessions.tsx'
import { TwoFactor } from './TwoFactor.tsx'

/** How one signs in. */
export function Profile() {
  const me = useMe()
  return (
    <Page title="Your sign-in" about={`${me.data?.user?.name ?? ''} · ${me.data?.user?.email ?? ''}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" verticalSpacing="md">
        <Stack>
          <TwoFactor />
          <Password />
        </Stack>
        <Stack>
          <Passkeys />
          <Sessions />
        </Stack>
      </SimpleGrid>
    </Page>
  )
}

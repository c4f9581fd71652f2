import { Stack, Text } from '@mantine/core'
import type { App } from '../api/client.generated.ts'
import { Scopes } from './Scopes.tsx'

/** What a feature is for, what it reads, and which permissions that takes. */
export function FeatureSummary({ feature }: { readonly feature: App['features'][number] }) {
  const { title, streams, scopes } = feature
  return (
    <Stack gap={6} miw={0}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <Text size="sm" c="dimmed">
        {streams.length === 0
          ? 'Reads nothing; acts only when somebody asks for it.'
          : `Reads ${streams.join(', ')}.`}
      </Text>
      <Scopes scopes={scopes} none="No permission of its own" />
    </Stack>
  )
}

import { Checkbox, Group, Stack } from '@mantine/core'
import type { App } from '../../api/client.generated.ts'
import { FeatureSummary } from '../../parts/FeatureSummary.tsx'
import type { Draft } from './Connect.tsx'

type Props = {
  readonly app: App
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  /** Of a connection that is there. */
  readonly isChange?: boolean
}

/** Each feature with the permissions it takes; what is not chosen is not asked for. */
export function Features({ app, draft, change, isChange = false }: Props) {
  return (
    <Checkbox.Group
      value={draft.features}
      onChange={(features) => change({ features: features as Draft['features'] })}
      label="What do you want to use it for?"
      description={isChange ? undefined : 'You can change this later.'}
    >
      <Stack gap="xs" mt="sm">
        {app.features.map((feature) => (
          <Checkbox.Card key={feature.name} value={feature.name} p="md" radius="md">
            <Group wrap="nowrap" align="flex-start">
              <Checkbox.Indicator mt={2} />
              <FeatureSummary feature={feature} />
            </Group>
          </Checkbox.Card>
        ))}
      </Stack>
    </Checkbox.Group>
  )
}

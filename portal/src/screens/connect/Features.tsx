import { Checkbox, Code, Group, Stack, Text } from '@mantine/core'
import type { App } from '../../api/client.generated.ts'
import type { Draft } from './Connect.tsx'

type Props = {
  readonly app: App
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

/** Each feature with the permissions it takes; what is not chosen is not asked for. */
export function Features({ app, draft, change }: Props) {
  return (
    <Checkbox.Group
      mt="md"
      value={draft.features}
      onChange={(features) => change({ features: features as Draft['features'] })}
      label="What do you want to use it for?"
      description="You can change this later."
    >
      <Stack gap="xs" mt="sm">
        {app.features.map((feature) => (
          <Checkbox.Card key={feature.name} value={feature.name} p="md" radius="md">
            <Group wrap="nowrap" align="flex-start">
              <Checkbox.Indicator mt={2} />
              <div style={{ minWidth: 0 }}>
                <Text fw={600} size="sm">
                  {feature.title}
                </Text>
                <Text size="sm" c="dimmed">
                  {feature.streams.length === 0
                    ? 'Nothing is done without your approval.'
                    : `Reads ${feature.streams.join(', ')}.`}
                </Text>
                <Group gap={6} mt={6}>
                  {feature.scopes.map((scope) => (
                    <Code key={scope}>{scope}</Code>
                  ))}
                  {feature.scopes.length === 0 && (
                    <Text size="xs" c="dimmed">
                      No permission of its own
                    </Text>
                  )}
                </Group>
              </div>
            </Group>
          </Checkbox.Card>
        ))}
      </Stack>
    </Checkbox.Group>
  )
}

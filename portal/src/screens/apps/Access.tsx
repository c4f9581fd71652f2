import { Badge, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconQuestionMark } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { App, Connection } from '../../api/client.generated.ts'
import { appQuery } from '../../api/queries.ts'
import { type FactItem, Facts } from '../../parts/Facts.tsx'
import { Moment } from '../../parts/Moment.tsx'
import { capital, inWords } from '../../parts/names.ts'

/** What was asked for, what was granted, and what was given to connect. */
export function Access({ connection }: { readonly connection: Connection }) {
  const { data: app } = useQuery(appQuery(connection.app.id))
  const { authMethod, createdAt, credentialExpiresAt: endsAt } = connection
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper>
        <Stack gap="md">
          <Title order={2}>Permissions</Title>
          {groupsOf(connection, app).map(({ title, scopes }) => (
            <Stack key={title} gap={6}>
              <Text size="sm" fw={600}>
                {title}
              </Text>
              {scopes.map((scope) => (
                <Group key={scope} justify="space-between" gap="xs">
                  <Code style={{ overflowWrap: 'anywhere' }}>{scope}</Code>
                  <Granted scope={scope} granted={connection.scopesGranted} />
                </Group>
              ))}
            </Stack>
          ))}
          {connection.scopesRequested.length === 0 && (
            <Text size="sm" c="dimmed">
              This auth method has no permissions to choose: the credential decides.
            </Text>
          )}
        </Stack>
      </Paper>
      <Paper>
        <Stack gap="md">
          <Title order={2}>Credential and settings</Title>
          <Facts
            cols={2}
            items={[
              ['Auth method', authMethod ?? 'None'],
              ['Connected', <Moment key="since" at={createdAt} />],
              ['Credential ends', endsAt && <Moment key="end" at={endsAt} />],
              ...givenOf(connection, app),
            ]}
          />
        </Stack>
      </Paper>
    </SimpleGrid>
  )
}

/** Permissions under what they are for; the rest is asked for whatever is chosen. */
function groupsOf({ features, scopesRequested }: Connection, app: App | undefined) {
  const groups = (app?.features ?? [])
    .filter(({ name }) => features.includes(name))
    .map(({ title, scopes }) => ({
      title,
      scopes: scopes.filter((scope) => scopesRequested.includes(scope)),
    }))
  const grouped = new Set(groups.flatMap(({ scopes }) => scopes))
  const rest = scopesRequested.filter((scope) => !grouped.has(scope))
  return [...groups, { title: 'Always', scopes: rest }].filter(({ scopes }) => scopes.length > 0)
}

type GrantedProps = { readonly scope: string; readonly granted: readonly string[] | undefined }

function Granted({ scope, granted }: GrantedProps) {
  if (granted === undefined)
    return (
      <Badge color="gray" leftSection={<IconQuestionMark size={12} />}>
        The app does not say
      </Badge>
    )
  if (granted.includes(scope))
    return (
      <Badge color="teal" leftSection={<IconCheck size={12} />}>
        Granted
      </Badge>
    )
  return (
    <Badge color="rope" leftSection={<IconAlertTriangle size={12} />}>
      Not granted
    </Badge>
  )
}

/** Settings and secrets as the connector titles them. */
function givenOf(
  { settings, secretNames, authMethod }: Connection,
  app: App | undefined,
): readonly FactItem[] {
  const inputs = app?.authMethods.find(({ name }) => name === authMethod)?.inputs ?? []
  const inputOf = (name: string) => inputs.find((input) => input.name === name)
  const titleOf = (name: string) => inputOf(name)?.title ?? capital(inWords(name))
  const wordOf = (name: string, value: unknown): string => {
    if (typeof value === 'boolean') return value ? 'Yes' : 'No'
    return inputOf(name)?.options?.find((option) => option.value === value)?.title ?? String(value)
  }
  return [
    ...Object.entries(settings).map(
      ([name, value]) =>
        [
          titleOf(name),
          [value]
            .flat()
            .map((one) => wordOf(name, one))
            .join(', '),
        ] as const,
    ),
    ...secretNames.map((name) => [titleOf(name), 'Sealed, never shown'] as const),
  ]
}

import { Anchor, Badge, Button, Code, CopyButton, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Connection, Hook as HookBody, Stream } from '../../api/client.generated.ts'
import { useMay } from '../../api/session.ts'
import { inWords } from '../../parts/names.ts'

type Props = { readonly connectionId: string; readonly hook: HookBody }

/** What is set in the app so that it delivers: the address, and the secret that it signs with. */
export function Hook({ connectionId, hook: { url, secret, about, docs } }: Props) {
  return (
    <Stack gap={6} data-testid="hook">
      <Text size="sm" fw={600}>
        Deliver to this address
      </Text>
      <Group gap="xs">
        <Code style={{ overflowWrap: 'anywhere' }}>{url}</Code>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button
              size="compact-xs"
              variant="default"
              onClick={copy}
              aria-label={copied ? 'The address is copied' : 'Copy the address'}
              leftSection={copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      {(about !== undefined || docs !== undefined) && (
        <Text size="sm" maw={760}>
          {about}{' '}
          {docs !== undefined && (
            <Anchor href={docs} target="_blank" rel="noreferrer" inherit>
              How it is set in the app
            </Anchor>
          )}
        </Text>
      )}
      <SecretState connectionId={connectionId} secret={secret} />
    </Stack>
  )
}

type SecretProps = { readonly connectionId: string; readonly secret: HookBody['secret'] }

function SecretState({ connectionId, secret: { title, help, isSet } }: SecretProps) {
  const may = useMay()
  return (
    <Group gap="xs">
      <Text size="sm">{title}</Text>
      <Badge color={isSet ? 'teal' : 'rope'}>{isSet ? 'Set' : 'Not set'}</Badge>
      {!isSet && (
        <Text size="sm" c="dimmed">
          {help} Until it is given, no delivery is taken.
        </Text>
      )}
      {!isSet && may('connection.change') && (
        <Anchor component={Link} to={`/apps/${connectionId}/change`} size="sm">
          Give it
        </Anchor>
      )}
    </Group>
  )
}

/** Streams that wait for their first delivery: nothing comes before somebody acts in the app. */
const waiting = (streams: readonly Stream[]): readonly Stream[] =>
  streams.filter(
    ({ isEnabled, hook, lastSuccessAt }) => isEnabled && hook !== undefined && lastSuccessAt === undefined,
  )

type LeftProps = { readonly connection: Connection; readonly streams: readonly Stream[] }

/** Where connecting ends for an app that delivers. */
export function HooksLeft({ connection: { id, app }, streams }: LeftProps) {
  const left = waiting(streams)
  if (left.length === 0) return null
  return (
    <Paper data-testid="hooks-left">
      <Stack gap="md">
        <div>
          <Title order={2}>One thing is left: have {app.name} deliver</Title>
          <Text size="sm" c="dimmed">
            Not everything is asked for; some of it the app sends by itself, once it knows where to.
          </Text>
        </div>
        {left.map(
          ({ name, hook }) =>
            hook && (
              <Stack key={name} gap={6}>
                {left.length > 1 && <Text size="sm">{inWords(name)}</Text>}
                <Hook connectionId={id} hook={hook} />
              </Stack>
            ),
        )}
      </Stack>
    </Paper>
  )
}

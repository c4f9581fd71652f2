import { ActionIcon, Badge, Group, HoverCard, Menu, Stack, Table, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDotsVertical, IconHistory, IconPlayerPlay, IconPower } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Stream } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { Moment } from '../../parts/Moment.tsx'
import { failureOf } from '../../parts/problems.ts'
import { formatCount, formatDuration } from '../../parts/time.ts'

type Props = { readonly connectionId: string; readonly streams: readonly Stream[] }

/** Every stream with its health; the typed error says what happened, who must act, and when it is tried again. */
export function StreamTable({ connectionId, streams }: Props) {
  return (
    <div className="scroll-x">
      <Table miw={860}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Stream</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th ta="right">Records</Table.Th>
            <Table.Th>Last success</Table.Th>
            <Table.Th>Newest event</Table.Th>
            <Table.Th>
              <Tooltip label="How old the newest event was when the app first showed it">
                <span>App’s delay</span>
              </Tooltip>
            </Table.Th>
            <Table.Th>Next run</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {streams.map((stream) => (
            <Row key={stream.name} connectionId={connectionId} stream={stream} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Row({ connectionId, stream }: { readonly connectionId: string; readonly stream: Stream }) {
  return (
    <Table.Tr opacity={stream.isEnabled ? 1 : 0.55}>
      <Table.Td>
        <Text size="sm" className="mono">
          {stream.name}
        </Text>
        <Text size="xs" c="dimmed">
          {stream.kind}, every {formatDuration(stream.everyMs)}
        </Text>
      </Table.Td>
      <Table.Td>
        <State stream={stream} />
      </Table.Td>
      <Table.Td ta="right" className="numbers">
        {formatCount(stream.events)}
        {stream.quarantined > 0 && (
          <Text size="xs" c="var(--attention-text)">
            {formatCount(stream.quarantined)} set aside
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Moment at={stream.lastSuccessAt} size="sm" />
        {stream.isComplete === false && (
          <Text size="xs" c="var(--attention-text)">
            not complete
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {stream.kind === 'activity' && <Moment at={stream.lastEventAt} never="none yet" size="sm" />}
      </Table.Td>
      <Table.Td className="numbers">
        {stream.providerDelayMs !== undefined && stream.kind === 'activity' && (
          <Text size="sm">{formatDuration(stream.providerDelayMs)}</Text>
        )}
      </Table.Td>
      <Table.Td>
        {stream.running === undefined ? (
          <Moment at={stream.nextRunAt} never="off" size="sm" />
        ) : (
          <Text size="sm">now</Text>
        )}
      </Table.Td>
      <Table.Td>
        <Actions connectionId={connectionId} stream={stream} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Colour, word and, on demand, everything that is known of a failure. */
function State({ stream }: { readonly stream: Stream }) {
  const { fault, state, isEnabled, silentSince, running } = stream
  if (!isEnabled) return <Badge color="gray">off</Badge>
  if (fault !== undefined)
    return (
      <HoverCard width={360} withArrow shadow="md">
        <HoverCard.Target>
          <Badge color={state === 'blocked' ? 'red' : 'rope'} tabIndex={0} style={{ cursor: 'help' }}>
            {state === 'blocked' ? 'needs you' : 'tried again'}
          </Badge>
        </HoverCard.Target>
        <HoverCard.Dropdown>
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              {fault.message}
            </Text>
            <Text size="sm">{fault.help}</Text>
            <Text size="xs" c="dimmed">
              <span className="mono">{fault.code}</span> · {BLAME[fault.blame]} · tried again{' '}
              <Moment at={stream.nextRunAt} inherit />
            </Text>
          </Stack>
        </HoverCard.Dropdown>
      </HoverCard>
    )
  if (running !== undefined)
    return (
      <Badge color="water">
        reading{running.progress === undefined ? '' : ` ${Math.round(running.progress * 100)} %`}
      </Badge>
    )
  if (silentSince !== undefined)
    return (
      <Tooltip label="No event for longer than is usual for this stream">
        <Badge color="rope">silent</Badge>
      </Tooltip>
    )
  return (
    <Badge color={stream.lastSuccessAt === undefined ? 'gray' : 'teal'}>
      {stream.lastSuccessAt === undefined ? 'waiting' : 'good'}
    </Badge>
  )
}

const BLAME: Readonly<Record<string, string>> = {
  author: 'the connector’s author must act',
  operator: 'you must act',
  source: 'the app’s side; nobody need act',
  platform: 'our side; nobody need act',
}

function Actions({ connectionId, stream }: { readonly connectionId: string; readonly stream: Stream }) {
  const may = useMay()
  const queries = useQueryClient()
  const params = { id: connectionId, name: stream.name }
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['streams', connectionId] }),
    onError: (error) => notifications.show({ color: 'red', message: failureOf(error).message }),
  })
  if (!may('connection.change')) return null
  const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString()
  return (
    <Group gap={0} justify="flex-end" wrap="nowrap">
      <Tooltip label="Read now">
        <ActionIcon
          variant="subtle"
          aria-label={`Read ${stream.name} now`}
          disabled={!stream.isEnabled || stream.running !== undefined}
          onClick={() => act.mutate(() => call('runStream', { params }))}
        >
          <IconPlayerPlay size={16} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${stream.name}`}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {stream.kind === 'activity' && (
            <Menu.Item
              leftSection={<IconHistory size={16} />}
              onClick={() => act.mutate(() => call('backfillStream', { params, body: { from: monthAgo() } }))}
            >
              Read the last 30 days again
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconPower size={16} />}
            onClick={() =>
              act.mutate(() => call('changeStream', { params, body: { isEnabled: !stream.isEnabled } }))
            }
          >
            {stream.isEnabled ? 'Switch off' : 'Switch on'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}

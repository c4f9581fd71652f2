import { ActionIcon, Badge, Group, Menu, Table, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDotsVertical, IconHistory, IconPlayerPlay, IconPower } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Fragment } from 'react'
import type { Connection, Fault, Stream } from '../../api/client.generated.ts'
import { call, useMay } from '../../api/session.ts'
import { Moment, useNow } from '../../parts/Moment.tsx'
import { failureOf } from '../../parts/problems.ts'
import { formatCount, formatDuration } from '../../parts/time.ts'

type Props = {
  readonly connectionId: string
  readonly status: Connection['status']
  readonly streams: readonly Stream[]
}

/** What is waited for where nothing is read. */
const RESTS: Readonly<Partial<Record<Connection['status'], string>>> = {
  connecting: 'after consent',
  needs_reauth: 'after consent',
  paused: 'when resumed',
  disconnected: 'never',
}

/** Every stream with its health; the typed error says what happened, who must act, and when it is tried again. */
export function StreamTable({ connectionId, status, streams }: Props) {
  const rests = RESTS[status]
  const sorted = streams.toSorted((a, b) => Number(b.fault !== undefined) - Number(a.fault !== undefined))
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
          {sorted.map((stream) => (
            <Fragment key={stream.name}>
              <Row connectionId={connectionId} stream={stream} rests={rests} />
              {stream.isEnabled && stream.fault !== undefined && (
                <FaultRow
                  fault={stream.fault}
                  nextRunAt={rests === undefined ? stream.nextRunAt : undefined}
                />
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

type RowProps = {
  readonly connectionId: string
  readonly stream: Stream
  /** Why nothing of the connection is read now. */
  readonly rests: string | undefined
}

function Row({ connectionId, stream, rests }: RowProps) {
  return (
    <Table.Tr
      opacity={stream.isEnabled ? 1 : 0.7}
      style={stream.isEnabled && stream.fault !== undefined ? { borderBottom: 'none' } : {}}
    >
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
        <NextRun stream={stream} rests={rests} />
      </Table.Td>
      <Table.Td>
        <Actions connectionId={connectionId} stream={stream} />
      </Table.Td>
    </Table.Tr>
  )
}

/** How a stream is, in a word. */
function State({ stream }: { readonly stream: Stream }) {
  const { fault, state, isEnabled, silentSince, running } = stream
  if (!isEnabled) return <Badge color="gray">off</Badge>
  if (fault !== undefined)
    return (
      <Badge color={state === 'blocked' ? 'red' : 'rope'}>
        {state === 'blocked' ? 'needs you' : 'tried again'}
      </Badge>
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

function NextRun({ stream, rests }: Pick<RowProps, 'stream' | 'rests'>) {
  const now = useNow()
  const isDue = stream.nextRunAt !== undefined && Date.parse(stream.nextRunAt) < now
  const word = !stream.isEnabled
    ? 'off'
    : stream.running !== undefined
      ? 'now'
      : (rests ?? (isDue ? 'due' : undefined))
  return word === undefined ? (
    <Moment at={stream.nextRunAt} never="off" size="sm" />
  ) : (
    <Text size="sm">{word}</Text>
  )
}

/** Everything that is known of a failure, where everybody sees it: no hovering. */
function FaultRow({ fault, nextRunAt }: { readonly fault: Fault; readonly nextRunAt: string | undefined }) {
  return (
    <Table.Tr>
      <Table.Td colSpan={8} pt={0}>
        <Text size="sm">{fault.message}</Text>
        <Text size="sm">{fault.help}</Text>
        <Text size="xs" c="dimmed">
          <span className="mono">{fault.code}</span> · {BLAME[fault.blame]}
          {nextRunAt !== undefined && (
            <>
              {' '}
              · tried again <Moment at={nextRunAt} inherit />
            </>
          )}
        </Text>
      </Table.Td>
    </Table.Tr>
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

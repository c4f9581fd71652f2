import { Stack, Text, Tooltip } from '@mantine/core'
import type { Connection, Stream } from '../../api/client.generated.ts'
import { type Column, DataTable } from '../../parts/DataTable.tsx'
import { Drawn } from '../../parts/Drawn.tsx'
import { Moment, useNow } from '../../parts/Moment.tsx'
import { formatCount, formatDuration } from '../../parts/time.ts'
import { FaultText } from './FaultText.tsx'
import { Hook } from './Hook.tsx'
import { StreamActions } from './StreamActions.tsx'
import { StreamState } from './StreamState.tsx'

type Props = {
  readonly connectionId: string
  readonly status: Connection['status']
  readonly streams: readonly Stream[]
  /** Whether it says what is set in the app: not where the page says so already. */
  readonly hasHooks: boolean
}

/** What is waited for where nothing is read. */
const RESTS: Readonly<Partial<Record<Connection['status'], string>>> = {
  connecting: 'After consent',
  needs_reauth: 'After consent',
  paused: 'When resumed',
  disconnected: 'Never',
}

/** Every stream with its health; the typed error says what happened, who must act, and when it is tried again. */
export function StreamTable({ connectionId, status, streams, hasHooks }: Props) {
  const rests = RESTS[status]
  const sorted = streams.toSorted((a, b) => Number(b.fault !== undefined) - Number(a.fault !== undefined))
  const most = Math.max(1, ...streams.map(({ events }) => events))
  const columns: readonly Column<Stream>[] = [
    { title: 'Stream', cell: (stream) => <Name stream={stream} /> },
    { title: 'State', cell: (stream) => <StreamState stream={stream} /> },
    { title: 'Records', isNumber: true, cell: (stream) => <Records stream={stream} most={most} /> },
    { title: 'Last success', cell: (stream) => <LastSuccess stream={stream} /> },
    {
      title: 'Newest event',
      about: 'When it happened; and how old it was when the app first showed it: the app’s delay',
      cell: (stream) => stream.kind === 'activity' && <NewestEvent stream={stream} />,
    },
    {
      title: 'Our delay',
      about: 'How much later than planned the last run began',
      cell: ({ lagMs }) => lagMs !== undefined && formatDuration(lagMs),
    },
    {
      title: 'Requests left',
      about: 'Of what the app allows, as it last said',
      isNumber: true,
      cell: ({ quota }) => quota?.remaining !== undefined && <Quota quota={quota} />,
    },
    { title: 'Next run', cell: (stream) => <NextRun stream={stream} rests={rests} /> },
    {
      title: 'Actions',
      place: 'tools',
      cell: (stream) => <StreamActions connectionId={connectionId} stream={stream} />,
    },
  ]
  return (
    <DataTable
      columns={columns}
      rows={sorted}
      keyOf={({ name }) => name}
      minWidth={940}
      testId="streams"
      isDim={({ isEnabled }) => !isEnabled}
      below={({ isEnabled, fault, nextRunAt, hook }) =>
        isEnabled &&
        (fault !== undefined || (hasHooks && hook !== undefined)) && (
          <Stack gap="sm">
            {fault !== undefined && (
              <div>
                <FaultText fault={fault} nextRunAt={rests === undefined ? nextRunAt : undefined} />
              </div>
            )}
            {hasHooks && hook !== undefined && <Hook connectionId={connectionId} hook={hook} />}
          </Stack>
        )
      }
    />
  )
}

function Name({ stream: { name, kind, everyMs, receivedSince } }: { readonly stream: Stream }) {
  return (
    <>
      <Text size="sm" className="mono">
        {name}
      </Text>
      <Text size="xs" c="dimmed" className="nowrap">
        {kind}, {receivedSince === undefined ? `every ${formatDuration(everyMs)}` : 'delivered'}
      </Text>
    </>
  )
}

/** How many, drawn to the scale of the largest stream; what was set aside or has no line in the mapping is said. */
function Records({ stream, most }: { readonly stream: Stream; readonly most: number }) {
  const { events, quarantined, unmapped } = stream
  return (
    <>
      <Drawn text={formatCount(events)} share={events / most} />
      {quarantined > 0 && (
        <Text size="xs" c="var(--attention-text)" className="nowrap">
          {formatCount(quarantined)} in quarantine
        </Text>
      )}
      {unmapped > 0 && (
        <Tooltip label="Events whose name no line of the mapping names: they come out as API Activity">
          <Text size="xs" c="dimmed" className="nowrap" tabIndex={0}>
            {formatCount(unmapped)} without a mapping
          </Text>
        </Tooltip>
      )}
    </>
  )
}

function LastSuccess({ stream: { lastSuccessAt, isComplete } }: { readonly stream: Stream }) {
  return (
    <>
      <Moment at={lastSuccessAt} size="sm" />
      {isComplete === true && (
        <Text size="xs" c="dimmed">
          Complete
        </Text>
      )}
      {isComplete === false && (
        <Tooltip label="The last run did not show everything. What it left out is not taken for gone.">
          <Text size="xs" c="var(--attention-text)" tabIndex={0} w="fit-content">
            Not complete
          </Text>
        </Tooltip>
      )}
    </>
  )
}

function NewestEvent({ stream: { lastEventAt, providerDelayMs } }: { readonly stream: Stream }) {
  return (
    <>
      <Moment at={lastEventAt} never="None yet" size="sm" />
      {providerDelayMs !== undefined && (
        <Text size="xs" c="dimmed" className="nowrap">
          delay {formatDuration(providerDelayMs)}
        </Text>
      )}
    </>
  )
}

function Quota({
  quota: { limit, remaining = 0, resetAt },
}: {
  readonly quota: NonNullable<Stream['quota']>
}) {
  return (
    <>
      <Drawn
        text={
          limit === undefined ? formatCount(remaining) : `${formatCount(remaining)} of ${formatCount(limit)}`
        }
        share={limit === undefined || limit === 0 ? undefined : remaining / limit}
      />
      {resetAt !== undefined && (
        <Text size="xs" c="dimmed">
          full <Moment at={resetAt} inherit />
        </Text>
      )}
    </>
  )
}

function NextRun({ stream, rests }: { readonly stream: Stream; readonly rests: string | undefined }) {
  const now = useNow()
  const isDue = stream.nextRunAt !== undefined && Date.parse(stream.nextRunAt) < now
  const isDelivered = stream.receivedSince !== undefined
  const awaited = isDelivered ? 'When the app delivers' : isDue ? 'Due' : undefined
  const word = !stream.isEnabled ? 'Off' : stream.running !== undefined ? 'Now' : (rests ?? awaited)
  return word === undefined ? (
    <Moment at={stream.nextRunAt} never="Off" size="sm" />
  ) : (
    <Text size="sm">{word}</Text>
  )
}

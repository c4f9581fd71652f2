import { Code, Text } from '@mantine/core'
import type { Fault } from '../../api/client.generated.ts'
import { Moment } from '../../parts/Moment.tsx'
import { capital } from '../../parts/names.ts'

/** Everything that is known of a failure, where everybody sees it: no hovering. */
export function FaultText({
  fault,
  nextRunAt,
}: {
  readonly fault: Fault
  readonly nextRunAt?: string | undefined
}) {
  return (
    <>
      <Text size="sm" fw={600}>
        {capital(fault.message)}
      </Text>
      <Text size="sm">{fault.help}</Text>
      <Text size="xs" c="dimmed" component="div" mt={4}>
        <Code>{fault.code}</Code> {BLAME[fault.blame]}
        {nextRunAt !== undefined && (
          <>
            {' '}
            · tried again <Moment at={nextRunAt} inherit />
          </>
        )}
      </Text>
    </>
  )
}

const BLAME: Readonly<Record<string, string>> = {
  author: 'the connector’s author must act',
  operator: 'you must act',
  source: 'the app’s side; nobody need act',
  platform: 'whoever runs this platform must act',
}

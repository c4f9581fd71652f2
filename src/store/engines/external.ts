import { Fault } from '../../lib/fault.ts'

/** @throws {Fault} when a store is not the embedded one: its operator's own backup applies, and half a backup is none. */
export function refuseExternal(env: Readonly<Record<string, string | undefined>>): void {
  const external = ['DATABASE_URL', 'CLICKHOUSE_URL'].filter(
    (name) => env[name] !== undefined && env[name] !== '',
  )
  if (external.length > 0)
    throw new Fault(
      'SETTING_INVALID',
      `${external.join(' and ')} is set: back up and restore those servers with their own tools, PostgreSQL first and ClickHouse after it`,
    )
}

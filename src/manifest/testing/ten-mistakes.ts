import type { Edit } from './acme.ts'

/** Ten different mistakes in one manifest. */
export const TEN: readonly Edit[] = [
  { from: 'vendor: Acme', to: 'vender: Acme' },
  { from: 'version: 1.0.0', to: 'version: 1.0' },
  { from: 'settings.workspace }}.acme.example/api', to: 'settings.wrkspace }}.acme.example/api' },
  { from: 'clientAuth: basic', to: 'clientAuth: basik' },
  { from: 'next_cursor, to: query.cursor', to: 'next_curser, to: query.cursor' },
  { from: 'timestamp(record.last_seen)', to: 'timestmp(record.last_seen)' },
  { from: 'every: 2m', to: 'every: 2 minutes' },
  { from: 'stream: users, where', to: 'stream: user, where' },
  { file: 'mappings/audit.yaml', from: 'action: account.create', to: 'action: account.craete' },
  { from: 'revert: restore-user', to: 'revert: restore-usr' },
]

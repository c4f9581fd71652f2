import type { SettingsPort } from '../api/services.ts'
import { changeSettings, readSettings, type SettingRow } from '../store/postgres/setting-rows.ts'
import type { RecordPorts } from './record-ports.ts'

export function settingService({ control, record }: Pick<RecordPorts, 'control' | 'record'>): SettingsPort {
  return {
    get: (organisationId) =>
      control.within(organisationId, async (tx) => bodyOf(await readSettings(tx, organisationId))),
    change: (by, change) =>
      control.within(by.organisationId, async (tx) => {
        const { organisationId } = by
        await record(tx, by, {
          action: 'setting.change',
          target: { kind: 'organisation', id: organisationId },
          detail: change,
        })
        return bodyOf(await changeSettings(tx, organisationId, rowOf(change)))
      }),
  }
}

const bodyOf = ({ retention_days, quarantine_days }: SettingRow) => ({
  retentionDays: retention_days,
  quarantineDays: quarantine_days,
})

const rowOf = ({ retentionDays, quarantineDays }: Parameters<SettingsPort['change']>[1]) => ({
  ...(retentionDays !== undefined && { retention_days: retentionDays }),
  ...(quarantineDays !== undefined && { quarantine_days: quarantineDays }),
})

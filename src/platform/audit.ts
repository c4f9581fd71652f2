import type { AuditPort } from '../api/services.ts'
import type { AuditTrail } from '../identity/audit-trail.ts'
import { searchAudit } from '../store/postgres/audit-rows.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'

/** The trail as its readers see it. */
export function auditService(control: ControlStore, trail: Pick<AuditTrail, 'verify' | 'head'>): AuditPort {
  return {
    list: (organisationId, ask) =>
      control.within(organisationId, async (tx) =>
        (await searchAudit(tx, ask)).map((row) => ({
          number: row.number,
          at: row.at.toISOString(),
          actor: { ...row.actor },
          action: row.action,
          target: { ...row.target },
          detail: { ...row.detail },
          hash: row.hash.toString('hex'),
        })),
      ),
    verify: async (organisationId) => {
      const verdict = await trail.verify(organisationId)
      if (!verdict.isIntact) return { isIntact: false, entries: verdict.number - 1, brokenAt: verdict.number }
      const { number, hash } = verdict.head
      return { isIntact: true, entries: number, ...(number === 0 ? {} : { head: hash.toString('hex') }) }
    },
  }
}

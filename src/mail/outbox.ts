import type { Clock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import type { Mail, Mailer } from './mailer.ts'

export type KeptMail = Mail & { readonly id: string; readonly at: Date }

/** Keeps letters in the control store where no mail server is set: the operator's outbox page shows them. */
export function outboxMailer(control: ControlStore, clock: Clock): Mailer {
  return {
    send: ({ to, subject, text }) =>
      control.asPlatform(async (tx) => {
        const id = newId('mail', clock.now())
        const created_at = new Date(clock.now())
        await tx.insertInto('outbox').values({ id, recipient: to, subject, body: text, created_at }).execute()
      }),
    close: () => undefined,
  }
}

/** The newest letters first. For the operator, and for the demo, where nobody has a mailbox. */
export function listOutbox(control: ControlStore, limit = 100): Promise<readonly KeptMail[]> {
  return control.asPlatform(async (tx) => {
    const rows = await tx.selectFrom('outbox').selectAll().orderBy('id', 'desc').limit(limit).execute()
    return rows.map((row) => ({
      id: row.id,
      at: row.created_at,
      to: row.recipient,
      subject: row.subject,
      text: row.body,
    }))
  })
}

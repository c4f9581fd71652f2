import { createTransport } from 'nodemailer'
import type { Secret } from '../lib/secret.ts'
import type { Mailer } from './mailer.ts'

const TIMEOUT_MS = 20_000

/**
 * Sends through a mail server.
 *
 * @param url `smtp://user:password@host:587` or `smtps://…`.
 * @param from the sender, `Fairlead <fairlead@example.org>`.
 */
export function smtpMailer(url: Secret, from: string): Mailer {
  const transport = createTransport({
    url: url.reveal(),
    pool: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ to, subject, text }) => {
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    },
    close: () => transport.close(),
  }
}

/** A letter: plain text only, so that nothing in a name can become a link, an image or a script. */
export type Mail = {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Hands a letter on. Resolves when somebody else is responsible for it: the mail server, or the outbox. */
export type Mailer = {
  readonly send: (mail: Mail) => Promise<void>
  readonly close: () => void
}

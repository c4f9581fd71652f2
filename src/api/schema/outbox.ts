import Type from 'typebox'
import { named, object, text, time } from './common.ts'

/** A letter that was kept because there is no mail server to give it to. */
export const LetterShape = named('Letter', {
  id: Type.String(),
  to: text('Recipient.'),
  subject: Type.String(),
  text: text('As it would have been sent, links included.'),
  at: time('When it was written.'),
})
export const OutboxShape = object({
  isUsed: Type.Boolean({ description: 'No mail server is set: letters are kept here instead of sent.' }),
  items: Type.Array(LetterShape),
})

import type { Mail } from './mailer.ts'

/** What we write to people: what happened, what to do, and what to do when it was not them. */

export function verifyAddressLetter(to: string, url: string): Mail {
  return letter(to, 'Confirm your e-mail address', [
    'Somebody, probably you, signed up to Fairlead with this address. Confirm it here, within one hour:',
    url,
    'If it was not you, do nothing: the address stays unconfirmed.',
  ])
}

export function resetPasswordLetter(to: string, url: string): Mail {
  return letter(to, 'Set a new password', [
    'A new password was asked for. Set it here, within one hour:',
    url,
    'You will be signed out everywhere else. If you did not ask for it, do nothing: your password stays as it is.',
  ])
}

export function passwordChangedLetter(to: string): Mail {
  return letter(to, 'Your password was changed', [
    'Your password was changed, and every other session was ended.',
    'If it was not you, set a new password at once and tell an administrator of your organisation.',
  ])
}

/** To somebody who signs up with an address that has an account: the page must not say so, the mailbox may. */
export function addressTakenLetter(to: string, signInUrl: string): Mail {
  return letter(to, 'You already have an account', [
    'Somebody, probably you, tried to sign up with this address, which has an account already. Sign in here:',
    signInUrl,
    'If it was not you, do nothing.',
  ])
}

export type Invitation = {
  readonly to: string
  readonly organisation: string
  readonly inviter: string
  readonly role: string
  readonly url: string
}
export function invitationLetter({ to, organisation, inviter, role, url }: Invitation): Mail {
  return letter(to, `Join ${organisation} on Fairlead`, [
    `${inviter} invites you to ${organisation} as ${role}. Accept or decline here, within two days:`,
    url,
    'If you do not know them, do nothing: the invitation ends by itself.',
  ])
}

/** A line break in a name would begin a header, or a paragraph of somebody else's; one for direction would turn our own words round. */
function letter(to: string, subject: string, paragraphs: readonly string[]): Mail {
  return { to, subject: oneLine(subject), text: `${paragraphs.map(oneLine).join('\n\n')}\n` }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim()
}

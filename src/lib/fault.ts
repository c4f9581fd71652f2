/**
 * Every failure this platform can name.
 *
 * A code is public API: its wording may change, its meaning may not, and a retired code is never
 * reused. `blame` says who must act before a retry can succeed; `source` alone is retried without a person.
 */
export const FAULTS = {
  MANIFEST_INVALID: { blame: 'author', help: 'Correct the manifest at the lines shown.' },
  MANIFEST_UNREADABLE: { blame: 'author', help: 'Name a connector folder or its connector.yaml.' },
  EXPRESSION_FAILED: { blame: 'author', help: 'Guard the expression with has() or default().' },
  BUDGET_EXCEEDED: { blame: 'author', help: 'Make the expression cheaper or its input smaller.' },
  RECORD_UNMAPPABLE: { blame: 'author', help: 'Correct the mapping, then replay the quarantine.' },
  SETTING_MISSING: { blame: 'operator', help: 'Give the named setting or secret.' },
  SETTING_INVALID: { blame: 'operator', help: 'Correct the named setting.' },
  CREDENTIAL_MISSING: { blame: 'operator', help: 'Connect the app before collecting from it.' },
  CREDENTIAL_REVOKED: { blame: 'operator', help: 'Reconnect the app: the grant is no longer accepted.' },
  CREDENTIAL_REFUSED: {
    blame: 'operator',
    help: 'Check the credential: the app answered that it is not valid.',
  },
  PERMISSION_MISSING: { blame: 'operator', help: 'Grant the scope named, then reconnect.' },
  EGRESS_BLOCKED: {
    blame: 'author',
    help: 'Declare the host in connect.hosts; private addresses are never allowed.',
  },
  REQUEST_INVALID: { blame: 'author', help: 'Correct the header, path or query the message names.' },
  REDIRECT_REFUSED: {
    blame: 'author',
    help: 'Call the final address directly: a credential never crosses a redirect.',
  },
  SOURCE_THROTTLED: { blame: 'source', help: 'Nothing to do: collection resumes when the app allows it.' },
  SOURCE_UNAVAILABLE: { blame: 'source', help: 'Nothing to do: it is tried again.' },
  SOURCE_UNREADABLE: { blame: 'source', help: 'Attach the recorded answer to a bug report of the app.' },
  SOURCE_REFUSED: {
    blame: 'author',
    help: 'The app refused the request: compare it with its documentation.',
  },
  ANSWER_TOO_LARGE: { blame: 'author', help: 'Ask for smaller pages.' },
  ANSWER_TOO_DEEP: { blame: 'source', help: 'Nothing to do here: the answer nests deeper than is read.' },
  PAGING_STUCK: { blame: 'author', help: 'Correct the paging: the app repeats itself or never ends.' },
  LIMIT_REACHED: { blame: 'author', help: 'Raise the limit the message names, or narrow the stream.' },
  WEBHOOK_REFUSED: { blame: 'source', help: 'Check the signing secret on both sides.' },
  STATE_UNREADABLE: {
    blame: 'operator',
    help: 'Move the state file away to start again from the look-back.',
  },
  STATE_IN_USE: {
    blame: 'operator',
    help: 'Wait for the other run to end, or give this one a state file of its own.',
  },
  STATE_UNWRITABLE: {
    blame: 'operator',
    help: 'Make room, or name a file in a folder that can be written to.',
  },
  VAULT_KEY_MISSING: {
    blame: 'operator',
    help: 'Set FAIRLEAD_ROOT_KEY to 32 random bytes in base64: openssl rand -base64 32.',
  },
  VAULT_KEY_WRONG: {
    blame: 'operator',
    help: 'Give the root key the data was sealed with: the one before a rotation stays beside the new one.',
  },
  SEAL_BROKEN: {
    blame: 'operator',
    help: 'Connect the app again, or restore the row from a backup: what was sealed does not open.',
  },
  CONNECTION_UNFIT: {
    blame: 'operator',
    help: 'Do first what the message names: the connection is not in the state for this.',
  },
  CONSENT_UNKNOWN: {
    blame: 'operator',
    help: 'Start the connection again: a consent is good for one answer.',
  },
  CONSENT_REFUSED: {
    blame: 'operator',
    help: 'Start the connection again and allow it in the app, or ask an administrator of the app to.',
  },
  CONSENT_EXPIRED: {
    blame: 'operator',
    help: 'Start the connection again, and consent before the time is over.',
  },
  CONSENT_FOREIGN: {
    blame: 'operator',
    help: 'Finish the connection in the browser and the session that started it.',
  },
  CONSENT_NEEDED: {
    blame: 'operator',
    help: 'Look at what the new version of the connector wants, and connect the app again.',
  },
  STORE_IN_USE: {
    blame: 'operator',
    help: 'Use the engines that run already, stop the process named, or name another directory.',
  },
  STORE_UNAVAILABLE: { blame: 'platform', help: 'It is tried again; see "fairlead doctor" when it lasts.' },
  STORE_UNSAFE: {
    blame: 'operator',
    help: 'Correct what the message names: data would be lost or shown to others.',
  },
  DISK_FULL: { blame: 'operator', help: 'Make room on the disk: collection resumes by itself.' },
  PACKAGE_INVALID: { blame: 'author', help: 'Build the package again and sign it with the registered key.' },
  SIGN_IN_NEEDED: { blame: 'operator', help: 'Sign in, or send an API key as a bearer token.' },
  ORGANISATION_NEEDED: { blame: 'operator', help: 'Choose one of your organisations first.' },
  ORGANISATION_DELETED: {
    blame: 'operator',
    help: 'Choose another of your organisations: this one was deleted, and what is left of it is being erased.',
  },
  OPERATOR_NEEDED: {
    blame: 'operator',
    help: 'Nothing to do: the organisation that runs this platform cannot be deleted.',
  },
  LAST_ADMIN: {
    blame: 'operator',
    help: 'Make another member an admin first, or delete the organisation.',
  },
  NOT_ALLOWED: {
    blame: 'operator',
    help: 'Ask an administrator of your organisation for the permission named.',
  },
  ORIGIN_REFUSED: { blame: 'operator', help: 'Send the request from the portal itself, or use an API key.' },
  NOT_FOUND: { blame: 'operator', help: 'Look it up in its list: it may be deleted.' },
  INPUT_INVALID: { blame: 'operator', help: 'Correct what the complaints name; see /docs.' },
  INPUT_TOO_LARGE: { blame: 'operator', help: 'Send less at once.' },
  IDEMPOTENCY_CONFLICT: {
    blame: 'operator',
    help: 'Use a new Idempotency-Key for a new request; repeat the old one unchanged.',
  },
  RATE_EXCEEDED: { blame: 'operator', help: 'Wait as long as Retry-After says.' },
  EXPORT_UNREADY: {
    blame: 'operator',
    help: 'Wait until the export is done; an expired one is asked for again.',
  },
  DELIVERY_FAILED: {
    blame: 'operator',
    help: 'Mend what answers at the webhook’s address: it is reached from the internet, without a redirect, and answers with 2xx. Then send a test.',
  },
  PLATFORM_FAILED: { blame: 'platform', help: 'Try again; when it stays, report the request id.' },
  PLATFORM_UNAVAILABLE: {
    blame: 'platform',
    help: 'Nothing to do: it is tried again. If it lasts, run fairlead doctor.',
  },
  LEASE_LOST: { blame: 'platform', help: 'Nothing to do: another worker goes on with the stream.' },
  QUERY_INVALID: { blame: 'operator', help: 'Correct what the message names, or begin the query again.' },
  QUERY_TOO_LARGE: { blame: 'operator', help: 'Narrow the time or the conditions.' },
  USAGE_WRONG: { blame: 'operator', help: 'See --help.' },
} as const satisfies Record<string, FaultKind>

type Blame = 'author' | 'operator' | 'source' | 'platform'
type FaultKind = { readonly blame: Blame; readonly help: string }
export type FaultCode = keyof typeof FAULTS

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** Test by code, not by class: `instanceof` fails across two copies of this module. */
export function isFault(value: unknown, code?: FaultCode): value is Fault {
  return (
    value instanceof Error &&
    value.name === 'Fault' &&
    'code' in value &&
    (code === undefined || value.code === code)
  )
}

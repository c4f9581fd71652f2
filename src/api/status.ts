import { FAULTS, type FaultCode } from '../lib/fault.ts'

/** HTTP status of each fault a request can end in. What is not listed happened behind the request: see `statusOf`. */
const STATUS: Partial<Record<FaultCode, number>> = {
  INPUT_INVALID: 400,
  QUERY_INVALID: 400,
  QUERY_TOO_LARGE: 422,
  ORGANISATION_NEEDED: 400,
  SIGN_IN_NEEDED: 401,
  NOT_ALLOWED: 403,
  PERMISSION_MISSING: 403,
  ORIGIN_REFUSED: 403,
  CONSENT_FOREIGN: 403,
  NOT_FOUND: 404,
  CONSENT_UNKNOWN: 409,
  CONSENT_REFUSED: 409,
  CONSENT_EXPIRED: 409,
  CONSENT_NEEDED: 409,
  CONNECTION_UNFIT: 409,
  LAST_ADMIN: 409,
  OPERATOR_NEEDED: 409,
  CREDENTIAL_MISSING: 409,
  CREDENTIAL_REVOKED: 409,
  IDEMPOTENCY_CONFLICT: 409,
  EXPORT_UNREADY: 409,
  ORGANISATION_DELETED: 410,
  INPUT_TOO_LARGE: 413,
  RATE_EXCEEDED: 429,
  SOURCE_THROTTLED: 503,
  SOURCE_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  PLATFORM_UNAVAILABLE: 503,
  DISK_FULL: 503,
  LEASE_LOST: 503,
}

/** Where the table says nothing, who must act decides: the caller, the app, or us. */
const BY_BLAME = { operator: 422, author: 422, source: 502, platform: 500 } as const

export const statusOf = (code: FaultCode): number => STATUS[code] ?? BY_BLAME[FAULTS[code].blame]

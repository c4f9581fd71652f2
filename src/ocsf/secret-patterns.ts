type Pattern = { readonly what: string; readonly pattern: RegExp }

/** Forms of credentials that are told by their looks alone; each has a fixed beginning, so that a scan is cheap. */
const PATTERNS: readonly Pattern[] = [
  { what: 'a JSON Web Token', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/ },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/ },
  { what: 'an access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'an API key', pattern: /\bAIza[\w-]{35}\b/ },
  { what: 'an access token', pattern: /\bgh[pousr]_[0-9A-Za-z]{36,}\b/ },
  { what: 'an access token', pattern: /\bglpat-[\w-]{20,}/ },
  { what: 'an access token', pattern: /\bxox[abeoprs]-[\w-]{10,}/ },
  { what: 'a secret key', pattern: /\b[sr]k_live_[0-9A-Za-z]{16,}/ },
  { what: 'a bearer credential', pattern: /\bBearer\s+[\w.~+/-]{20,}/ },
  { what: 'a password in a URL', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"\\]+:[^\s/:@"\\*]{3,}@/i },
]

/** A member with a telling name, in JSON or in JSON within a string; masked values (`***`, `[redacted]`) are none. */
const NAMED =
  /\\?"(?:password|passwd|client_?secret|refresh_?token|access_?token|api_?key|private_?key|secret_?key)\\?"\s*:\s*\\?"(?![*[<(]|redacted|hidden|masked|removed)[^"\\]{8,}/i

/** What kind of credential a text holds, or `undefined`; never the credential. */
export function findSecret(text: string): string | undefined {
  const found = PATTERNS.find(({ pattern }) => pattern.test(text))
  return found?.what ?? (NAMED.test(text) ? 'a credential under a telling name' : undefined)
}

/**
 * What a SAML answer may be signed with. The library's own setting (`onDeprecated: 'reject'`) does not look at a signature inside the
 * answer: with it alone, SHA-1 is accepted.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
])

/**
 * Whether every algorithm a SAML answer names is one we accept. Reads the text, not the tree: what a parser would unfold (`&#45;`) is
 * not on the list. An encrypted assertion, which would hide its signature, names algorithms that are not on it either: it is decrypted first.
 *
 * @param encoded the form field `SAMLResponse`, base64.
 */
export function hasAllowedAlgorithms(encoded: string): boolean {
  const xml = Buffer.from(encoded, 'base64').toString('utf8')
  if (/<!DOCTYPE/i.test(xml)) return false
  const named = [...xml.matchAll(/Algorithm\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return named.every(([, double, single]) => ALLOWED.has(double ?? single ?? ''))
}

/** Percent-encodes everything but the unreserved characters of RFC 3986 section 2.3. */
export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A query parameter's name; brackets, colons and dollars stay as the apps' documentation writes them. */
export function encodeName(name: string): string {
  return encode(name).replace(/%(?:5B|5D|3A|24)/g, decodeURIComponent)
}

export function queryText(pairs: readonly (readonly [name: string, value: string])[]): string {
  return pairs.map(([name, value]) => `${encodeName(name)}=${encode(value)}`).join('&')
}

/** @see https://url.spec.whatwg.org/#concept-urlencoded-serializer (2026-11-23) */
export function formText(pairs: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()
}

/** An address that an app or an author wrote with characters that must be percent-encoded; nothing else is changed. */
export function asciiUrl(url: string): string {
  return url.toWellFormed().replace(/[^\x21-\x7e]+|\\/g, encodeURIComponent)
}

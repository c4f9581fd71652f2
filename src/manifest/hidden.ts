// What YAML 1.2 section 5.1 calls not printable, and what turns the direction of text round: a reviewer would not see it.
const HIDDEN =
  /[^\t\n\r\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]|[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{2028}\u{2029}]/u

/** The first character of a text that an editor or a terminal would hide or obey. A byte order mark in front is none. */
export function firstHidden(text: string): { readonly offset: number; readonly name: string } | undefined {
  const found = HIDDEN.exec(text)
  if (found === null) return undefined
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return { offset: found.index, name: `U+${code}` }
}

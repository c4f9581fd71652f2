/** What JSON writes in another way: quotes, backslashes, controls, and halves of characters. */
const ESCAPED = /["\\\p{Cc}\ud800-\udfff]/v

/** A text as JSON text, as `JSON.stringify` writes it; several times as fast for short texts without anything to escape. */
export function jsonString(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

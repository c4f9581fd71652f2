/** What JSON writes in another way: quotes, backslashes, controls, and halves of characters. */
const ESCAPED = /["\\\p{Cc}\ud800-\udfff]/v

/** What stands between the quotes of a JSON text, as `JSON.stringify` writes it: mostly the text itself, which is not copied then. */
export function jsonInner(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text).slice(1, -1) : text
}

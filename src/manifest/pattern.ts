import { RE2JS } from 're2js'

/** Whether a whole text matches an author's RE2 expression, in time linear in the text; `undefined` when it is none. */
export function matcherOf(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(pattern)
    return (text) => compiled.matches(text)
  } catch {
    return undefined
  }
}

/** Whether a pattern of the language occurs in a text. */
export function finderOf(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern)
  return (text) => compiled.test(text)
}

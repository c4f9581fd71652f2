import { stringifyJson } from '../../lib/json.ts'

/** What PostgreSQL cannot keep, neither in text nor in jsonb, and apps send: NUL, and half a surrogate pair. */
const MARK = '\ufffd'

export const plainText = (text: string): string => text.toWellFormed().replaceAll('\0', MARK)

/** JSON text for a jsonb column. An escaped backslash is passed over, so that `\\u0000` stays the text it is. */
export const plainJson = (value: unknown): string =>
  stringifyJson(value).replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (found) =>
    found.length === 2 ? found : MARK,
  )

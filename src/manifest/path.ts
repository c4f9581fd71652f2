/** Where in the document something stands: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

const PLAIN = /^[A-Za-z_][\w-]*$/
/** Keys as they are written behind others: the same few hundred occur in every path. */
const written = new Map<string, string>()
const MOST_REMEMBERED = 10_000

/** Writes a path as authors say it: `streams.users.page.from`, `connect.auth[0]`, `map.events["user.login"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) text = extendPath(text, step)
  return text
}

/** The text of a path with one more step. */
export function extendPath(text: string, step: string | number): string {
  if (typeof step === 'number') return `${text}[${step}]`
  const known = written.get(step) ?? writeStep(step)
  return text === '' && known.startsWith('.') ? step : text + known
}

function writeStep(step: string): string {
  const text = PLAIN.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  if (written.size < MOST_REMEMBERED) written.set(step, text)
  return text
}

/** Where in the document something stands: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

const PLAIN = /^[A-Za-z_][\w-]*$/

/** Writes a path as authors say it: `streams.users.page.from`, `connect.auth[0]`, `map.events["user.login"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!PLAIN.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

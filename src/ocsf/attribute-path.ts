/** Where a value sits in an event: attribute names, and numbers for elements of lists. */
export type AttributePath = readonly (string | number)[]

const STEP = /(?:^|\.)([A-Za-z_][\w-]*)|\[(\d+)\]/gy

/** Reads `resources[0].owner.name`; `undefined` when the text is no path. */
export function parseAttributePath(text: string): AttributePath | undefined {
  const steps: (string | number)[] = []
  let read = 0
  for (const match of text.matchAll(STEP)) {
    steps.push(match[1] ?? Number(match[2]))
    read += match[0].length
  }
  return read === text.length && steps.length > 0 ? steps : undefined
}

/** Writes a path the way `parseAttributePath` reads it; also the form of `observables[].name`. */
export function formatAttributePath(path: AttributePath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** What generated code refers to: declarations outside the function, and values by the name it uses. */
export type Surroundings = {
  readonly helpers: readonly string[]
  readonly constants: ReadonlyMap<string, unknown>
}

/**
 * Turns generated text into a function: the only place in this code base that does.
 *
 * `body` comes from an emission alone: literals are escaped there, identifiers are generated, and every other value
 * is a constant handed over here by name.
 */
export function link(
  parameters: readonly string[],
  body: string,
  { helpers, constants }: Surroundings,
): (...args: readonly unknown[]) => unknown {
  const make = new Function(
    ...constants.keys(),
    `"use strict"\n${helpers.join('\n')}\nreturn function expression(${parameters.join(', ')}) {\n${body}\n}`,
  )
  return make(...constants.values())
}

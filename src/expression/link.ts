/**
 * Turns generated text into a function: the only place in this code base that does.
 *
 * `body` comes from `emit` alone: literals are escaped there, identifiers are generated, and every other value
 * is a constant handed over here by name.
 */
export function link(
  parameters: readonly string[],
  body: string,
  constants: ReadonlyMap<string, unknown>,
): (...args: readonly unknown[]) => unknown {
  const make = new Function(
    ...constants.keys(),
    `"use strict"\nreturn function expression(${parameters.join(', ')}) {\n${body}\n}`,
  )
  return make(...constants.values())
}

import type { Capture } from '../pattern.ts'

/** Whether the emulated app accepts a value for one of the customer's secrets. */
export type Accept = (name: string, value: string) => boolean

/** @param expected the only values accepted; for other names every value is, except an empty one and those that begin with `wrong`. */
export function acceptor(expected: Readonly<Record<string, string>> = {}): Accept {
  return (name, value) =>
    Object.hasOwn(expected, name) ? expected[name] === value : value !== '' && !value.startsWith('wrong')
}

/** Whether every secret in what a request says is accepted. Expressions that read no secret are not looked at. */
export function acceptsAll(captures: readonly Capture[], accept: Accept): boolean {
  return captures.every(({ program, text }) => {
    const [secret] = program.reads.filter(([name]) => name === 'secrets')
    return secret === undefined || accept(String(secret[1]), text)
  })
}

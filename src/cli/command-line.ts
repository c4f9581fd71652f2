import { parseArgs } from 'node:util'
import { Fault } from '../lib/fault.ts'
import { nearest } from '../lib/nearest.ts'
import type { Arguments, Verb } from './verb.ts'

/**
 * Reads the words after the verb.
 *
 * @throws {Fault} `USAGE_WRONG` naming the word that is wrong, and the one that was probably meant.
 */
export function parseCommandLine(verb: Verb, words: readonly string[]): Arguments {
  for (const word of words) refuseUnknownOption(verb, word)
  const { values, positionals } = readWords(verb, words)
  const [least, most] = verb.paths
  if (positionals.length < least || positionals.length > most) {
    throw new Fault(
      'USAGE_WRONG',
      `fairlead ${verb.name} ${verb.usage}: ${positionals.length === 0 ? 'a path is missing' : 'wrong number of paths'}`,
    )
  }
  const format = values['format']
  const formats = verb.options['format']?.value?.split('|')
  if (typeof format === 'string' && formats !== undefined && !formats.includes(format)) {
    throw new Fault('USAGE_WRONG', `--format ${format}: one of ${formats.join(', ')}`)
  }
  return {
    paths: positionals,
    text: (name) =>
      [values[name]].flat().find((value) => typeof value === 'string') ?? verb.options[name]?.default,
    texts: (name) => [values[name] ?? []].flat().filter((value) => typeof value === 'string'),
    flag: (name) => values[name] === true,
  }
}

function refuseUnknownOption(verb: Verb, word: string): void {
  const [, letter] = /^-([a-z])$/i.exec(word) ?? []
  const isKnown = letter === undefined || Object.values(verb.options).some(({ short }) => short === letter)
  if (!isKnown) throw new Fault('USAGE_WRONG', `-${letter} is not an option of ${verb.name}`)
  const name = /^--(?<name>[^=]+)/.exec(word)?.groups?.['name']
  if (name === undefined || name === 'help' || Object.hasOwn(verb.options, name)) return
  const meant = nearest(name, Object.keys(verb.options))
  throw new Fault(
    'USAGE_WRONG',
    `--${name} is not an option of ${verb.name}${meant ? `; did you mean --${meant}?` : ''}`,
  )
}

function readWords(verb: Verb, words: readonly string[]) {
  try {
    const options = Object.fromEntries(
      Object.entries(verb.options).map(([name, { type, short, multiple }]) => [
        name,
        { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
      ]),
    )
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new Fault('USAGE_WRONG', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

import { SaxesParser } from 'saxes'
import { Fault } from '../../lib/fault.ts'

const MAX_DEPTH = 64
const MAX_ELEMENTS = 500_000

type Element = {
  readonly name: string
  readonly value: Record<string, unknown>
  text: string
  isPlain: boolean
}

/**
 * XML as objects: attributes as `@name`, text as `#text`; an element with text alone is that text, a repeated one a list.
 * No entity is expanded beyond the five of XML itself, nothing outside of the text is ever read.
 *
 * @param lists names of elements that are lists even when one stands alone.
 * @throws {Fault} `SOURCE_UNREADABLE`, `ANSWER_TOO_DEEP`, `ANSWER_TOO_LARGE`
 */
export function readXml(text: string, lists: readonly string[]): unknown {
  const alwaysList = new Set(lists)
  const root = elementOf('')
  const open: Element[] = [root]
  let elements = 0
  const parser = new SaxesParser()
  parser.on('error', () => {
    throw new Fault('SOURCE_UNREADABLE', 'the text is not XML')
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > MAX_DEPTH)
      throw new Fault('ANSWER_TOO_DEEP', `XML nests deeper than ${MAX_DEPTH} levels`)
    if (++elements > MAX_ELEMENTS)
      throw new Fault('ANSWER_TOO_LARGE', `XML holds more than ${MAX_ELEMENTS} elements`)
    const element = elementOf(name)
    for (const [key, value] of Object.entries(attributes)) put(element, `@${key}`, value)
    open.push(element)
  })
  const addText = (piece: string) => {
    open.at(-1)!.text += piece
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const element = open.pop()!
    const parent = open.at(-1)!
    const value = contentOf(element)
    put(
      parent,
      element.name,
      alwaysList.has(element.name) && !(element.name in parent.value) ? [value] : value,
    )
  })
  parser.write(text).close()
  return root.value
}

/** Without a prototype, so that an element named `__proto__` is an element. */
function elementOf(name: string): Element {
  return { name, value: Object.create(null), text: '', isPlain: true }
}

function put(element: Element, name: string, value: unknown): void {
  const known = element.value[name]
  element.isPlain = false
  if (known === undefined) element.value[name] = value
  else if (Array.isArray(known)) known.push(value)
  else element.value[name] = [known, value]
}

function contentOf({ value, text, isPlain }: Element): unknown {
  const trimmed = text.trim()
  if (isPlain) return trimmed
  if (trimmed !== '') value['#text'] = trimmed
  return value
}

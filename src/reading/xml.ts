import { SaxesParser } from 'saxes'
import { Fault } from '../lib/fault.ts'

type Element = Record<string, unknown>

const MAX_DEPTH = 64

/**
 * XML as nested objects: attributes as `@name`, text as `#text` (an element with nothing else is its text), repeated elements as
 * lists, those named in `lists` always. No entities but the five of XML: a document type with more is refused.
 */
export function parseXml(text: string, lists: readonly string[]): unknown {
  const always = new Set(lists)
  const root: Element = Object.create(null)
  const stack: { readonly name: string; readonly element: Element; text: string }[] = [
    { name: '', element: root, text: '' },
  ]
  const parser = new SaxesParser()
  const fail = (why: string): never => {
    throw new Fault('SOURCE_UNREADABLE', `not XML: ${why}`)
  }
  parser.on('error', (error) => fail(error.message.slice(0, 120)))
  parser.on('doctype', (doctype) => void (doctype.includes('[') && fail('it declares entities')))
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length > MAX_DEPTH) throw new Fault('ANSWER_TOO_DEEP', `XML nests deeper than ${MAX_DEPTH}`)
    const element: Element = Object.create(null)
    for (const [key, value] of Object.entries(attributes)) element[`@${key}`] = value
    stack.push({ name, element, text: '' })
  })
  const addText = (part: string) => {
    const top = stack.at(-1)
    if (top !== undefined) top.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const closed = stack.pop()
    const parent = stack.at(-1)
    if (closed !== undefined && parent !== undefined)
      addChild(parent.element, closed.name, { value: contentOf(closed), isList: always.has(closed.name) })
  })
  parser.write(text).close()
  return root
}

function contentOf({ element, text }: { readonly element: Element; readonly text: string }): unknown {
  const trimmed = text.trim()
  if (Object.keys(element).length === 0) return trimmed
  return trimmed === '' ? element : Object.assign(element, { '#text': trimmed })
}

function addChild(
  parent: Element,
  name: string,
  { value, isList }: { readonly value: unknown; readonly isList: boolean },
): void {
  const known = parent[name]
  if (known === undefined) parent[name] = isList ? [value] : value
  else if (Array.isArray(known)) known.push(value)
  else parent[name] = [known, value]
}

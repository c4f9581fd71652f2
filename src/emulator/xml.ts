import { SaxesParser } from 'saxes'

type Element = { readonly name: string; readonly value: Record<string, unknown>; text: string }

/** XML as objects: attributes as `@name`, text as `#text`; an element with text alone is that text, a repeated one a list. */
export function readXml(source: string, lists: readonly string[]): unknown {
  const root: Element = { name: '', value: {}, text: '' }
  const open: Element[] = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    const value = Object.fromEntries(Object.entries(attributes).map(([key, text]) => [`@${key}`, text]))
    open.push({ name, value, text: '' })
  })
  const addText = (text: string) => {
    open.at(-1)!.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const element = open.pop()!
    put(open.at(-1)!.value, element, lists)
  })
  parser.write(source).close()
  return root.value
}

function put(into: Record<string, unknown>, element: Element, lists: readonly string[]): void {
  const text = element.text.trim()
  const isPlain = Object.keys(element.value).length === 0
  const value = isPlain ? text : text === '' ? element.value : { ...element.value, '#text': text }
  const known = into[element.name]
  if (known === undefined) into[element.name] = lists.includes(element.name) ? [value] : value
  else into[element.name] = Array.isArray(known) ? [...known, value] : [known, value]
}

/** The reverse of `readXml`. */
export function writeXml(value: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeChildren(value)}\n`
}

function writeChildren(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(value)
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('@'))
    .flatMap(([name, inner]) =>
      name === '#text'
        ? [escapeXml(inner)]
        : (Array.isArray(inner) ? inner : [inner]).map((item) => writeElement(name, item)),
    )
    .join('')
}

function writeElement(name: string, value: unknown): string {
  const attributes = Object.entries(typeof value === 'object' && value !== null ? value : {})
    .filter(([key]) => key.startsWith('@'))
    .map(([key, text]) => ` ${key.slice(1)}="${escapeXml(text)}"`)
  return `<${name}${attributes.join('')}>${writeChildren(value)}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeXml(value: unknown): string {
  return String(value ?? '').replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}

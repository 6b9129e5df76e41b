/** A strict reader of the XML that feeds are made of: no comments, no DTD, no CDATA, the five named entities only. */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

// XML 1.0, production 2.
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

const TOKEN = /<(\/?)([A-Za-z][\w.:-]*)((?:\s+[A-Za-z][\w.:-]*="[^"<]*")*)\s*(\/?)>|[^<>]+/y

function decode(text: string): string {
  const decoded = text.replace(/&(\w+);|&/g, (entity, name) => {
    const character = ENTITIES[name]
    if (character === undefined) throw new Error(`no such entity: ${entity}`)
    return character
  })
  return decoded
}

/** The root element of a well-formed document in UTF-8. Throws where it is not. */
export function parseXml(xml: string): Element {
  if (!CHARACTERS.test(xml)) throw new Error('a character that XML does not allow')
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(declaration)) throw new Error('no XML declaration')
  const document: Element = { name: '', attributes: {}, children: [], text: '' }
  const open: Element[] = [document]
  for (TOKEN.lastIndex = declaration.length; TOKEN.lastIndex < xml.length; ) {
    const at = TOKEN.lastIndex
    const token = TOKEN.exec(xml)
    if (!token) throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 40)}`)
    const [whole, closes, name, attributes = '', empty] = token
    const parent = open.at(-1) as Element
    if (name === undefined) {
      parent.text += decode(whole)
    } else if (closes) {
      if (parent.name !== name || open.length === 1) throw new Error(`</${name}> closes <${parent.name}>`)
      open.pop()
    } else {
      const element: Element = { name, attributes: readAttributes(attributes), children: [], text: '' }
      parent.children.push(element)
      if (!empty) open.push(element)
    }
  }
  const [root, ...more] = document.children
  if (open.length > 1 || !root || more.length > 0 || document.text.trim() !== '')
    throw new Error('not exactly one element that is closed')
  return root
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/([\w.:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`${name} stands there twice`)
    attributes[name] = decode(value)
  }
  return attributes
}

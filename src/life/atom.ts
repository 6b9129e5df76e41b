/** Atom feeds (RFC 4287). Pure: text in, XML out. */

export interface AtomEntry {
  /** An IRI, for good. */
  readonly id: string
  readonly title: string
  /** Plain text; may be empty. */
  readonly text: string
  /** Address of what it is about. */
  readonly about: string
  /** ms since 1970. */
  readonly at: number
}

export interface AtomFeed {
  readonly id: string
  readonly lang: string
  readonly title: string
  /** Who publishes it. */
  readonly author: string
  /** Its own address. */
  readonly self: string
  /** Newest first. */
  readonly entries: readonly AtomEntry[]
  /** When it was updated if it has no entries, in ms. */
  readonly emptySince: number
}

/** A feed as XML. Its texts may hold anything: markup is escaped, what XML and readers cannot bear is left out. */
export function writeAtom(feed: AtomFeed): string {
  const updated = feed.entries.reduce((latest, { at }) => Math.max(latest, at), 0) || feed.emptySince
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeXml(feed.lang)}">`,
    element('id', feed.id),
    element('title', feed.title),
    element('updated', new Date(updated).toISOString()),
    `<author>${element('name', feed.author)}</author>`,
    `<link rel="self" type="application/atom+xml" href="${escapeXml(feed.self)}"/>`,
    ...feed.entries.map(writeEntry),
    '</feed>',
    '',
  ].join('\n')
}

function writeEntry({ id, title, text, about, at }: AtomEntry): string {
  return [
    '<entry>',
    element('id', id),
    element('title', title),
    element('updated', new Date(at).toISOString()),
    `<link rel="alternate" type="application/json" href="${escapeXml(about)}"/>`,
    // Without one, some readers show nothing at all.
    `<content type="text">${escapeXml(text || title)}</content>`,
    '</entry>',
  ].join('\n')
}

const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

/**
 * What may not stand in XML 1.0 (controls, halves of surrogate pairs, U+FFFE and U+FFFF), the controls of C1, and what turns
 * the direction of the text around it (U+202A-202E, U+2066-2069): in a title it could make the rest of the page read
 * otherwise. Tab and line feed stay.
 */
const UNFIT = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escapeXml(text: string): string {
  return text.replace(UNFIT, '').replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}

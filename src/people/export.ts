import { rfc3339 } from '../http/wire.ts'
import { PERSONAL_TABLES, type Section } from './sections.ts'

/** Everything that is kept of a person, as JSON that is written while it is read. */

/**
 * Rows of a page: half a megabyte of entries, and all that is in memory at a time. A request may call D1 1,000 times, so it
 * reads out 490,000 entries; a user has hundreds.
 */
const PAGE_ROWS = 500

type Row = Record<string, unknown>

/** The sections of what is read out, in their order. */
export const SECTIONS: readonly Section[] = PERSONAL_TABLES.flatMap(({ section }) => section ?? [])

/** The rows of one person in a section, page by page. */
async function* pagesOf(db: D1Database, section: Section, user: string): AsyncGenerator<Row[]> {
  const { columns, from, by, start } = section
  // `from` binds its condition: what comes after it may not loosen it.
  const read = db.prepare(
    `SELECT ${columns}, ${by} AS placeInSection FROM ${from} AND ${by} > ?2 ORDER BY ${by} LIMIT ${PAGE_ROWS}`,
  )
  let after: unknown = start
  for (;;) {
    const { results } = await read.bind(user, after).all<Row>()
    if (results.length > 0) yield results.map((row) => toWire(section, row))
    if (results.length < PAGE_ROWS) return
    after = results.at(-1)?.placeInSection
  }
}

/** A row as it is told: times as everywhere on the wire, flags as true and false, JSON as what it says. */
function toWire({ json = [], flags = [] }: Section, { placeInSection: _, ...row }: Row): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number' && /^at$|At$/.test(name)) row[name] = rfc3339(value)
    if (flags.includes(name)) row[name] = value === 1
    if (json.includes(name) && typeof value === 'string') row[name] = JSON.parse(value)
  }
  return row
}

/** The text of everything kept of a user, in pieces of a page each. `now` in ms. */
export async function* exportText(db: D1Database, user: string, now: number): AsyncGenerator<string> {
  yield `{"user":${JSON.stringify(user)},"exportedAt":${JSON.stringify(rfc3339(now))}`
  for (const section of SECTIONS) {
    let rows = 0
    yield `,${JSON.stringify(section.name)}:${section.single ? '' : '['}`
    for await (const page of pagesOf(db, section, user)) {
      yield (rows > 0 ? ',' : '') + page.map((row) => JSON.stringify(row)).join(',')
      rows += page.length
    }
    if (!section.single) yield ']'
    else if (rows === 0) yield 'null'
  }
  yield '}'
}

/** A stream of UTF-8 that asks for the next piece when the one before was taken. One that fails breaks off. */
export function toStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

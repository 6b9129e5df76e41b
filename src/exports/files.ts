import { type Cell, writeCsvRow } from './csv.ts'

/**
 * A file of rows, streamed page by page: a page is read when the client has taken the one before, so a file of any length
 * takes the memory of a page. A read that fails in the midst ends the connection, never the file: a CSV file that is
 * broken off is an error to every HTTP client, and JSON lines are whole only with their last line.
 */

export const FORMATS = ['csv', 'jsonl'] as const
export type Format = (typeof FORMATS)[number]

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
} as const

/** One row: columns by name, in their order. */
export type FileRow = Readonly<Record<string, Cell>>

/** What a file holds. */
export interface FileOf {
  readonly columns: readonly string[]
  /** Reads it page by page, the next when it is asked for. */
  pages(): AsyncIterator<readonly FileRow[], void>
  /** What the last of the JSON lines says besides how many rows there were. */
  readonly end?: Readonly<Record<string, string>>
}

/** Reads the first page and returns a stream of the whole file. Throws when the first page cannot be read. */
export async function streamFile(file: FileOf, format: Format): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const pages = file.pages()
  const first = await pages.next()
  let rows = 0
  async function* texts(): AsyncGenerator<string, void> {
    if (format === 'csv') yield writeCsvRow(file.columns)
    for (let page = first; !page.done; page = await pages.next()) {
      rows += page.value.length
      yield page.value.map((row) => writeRow(file.columns, row, format)).join('')
    }
    if (format === 'jsonl') yield `${JSON.stringify({ end: true, rows, ...file.end })}\n`
  }
  const written = texts()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await written.next()
          if (done) controller.close()
          else controller.enqueue(encoder.encode(value))
        } catch (error) {
          console.error({ event: 'export.broke_off', rows, error: String(error) })
          controller.error(error)
        }
      },
    },
    { highWaterMark: 0 },
  )
}

function writeRow(columns: readonly string[], row: FileRow, format: Format): string {
  const cells = columns.map((column) => row[column] ?? null)
  if (format === 'csv') return writeCsvRow(cells)
  return `${JSON.stringify(Object.fromEntries(columns.map((column, n) => [column, cells[n]])))}\n`
}

/**
 * CSV as RFC 4180 writes it: commas, CRLF, quotes doubled; UTF-8 without a byte order mark, the first row names the
 * columns. Pure.
 */

/** What a cell may hold. null is an empty cell; a list is written as JSON. */
export type Cell = string | number | boolean | null | readonly unknown[]

/**
 * Cells that a spreadsheet would take for a formula, in half or full width. Text of proposals comes from anyone, and who opens
 * the file is an operator.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** Cells that need quotes; those with blanks at an end as well, which some readers drop. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/

/** A cell's text before it is quoted: what a reader of the file gets. */
export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return FORMULA.test(cell) ? `'${cell}` : cell
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

/** A row with its line break. */
export function writeCsvRow(cells: readonly Cell[]): string {
  const texts = cells.map((cell) => {
    const text = cellText(cell)
    return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  // A row of one empty cell would be an empty line, which readers drop.
  const line = texts.join(',')
  return `${line === '' ? '""' : line}\r\n`
}

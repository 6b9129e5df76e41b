/** The public id of the entry that wrote `mark` for `ref` (a dream or a line). */
export function entryId(ref: string, mark: number): string {
  return `${ref}.${mark.toString(36)}`
}

/** The ledger key of an act a line reports. */
export function actKey(line: string, id: string): string {
  return `act:${line}:${id}`
}

/** The ledger key of a pledge a line asks for. */
export function askKey(line: string, id: string): string {
  return `ask:${line}:${id}`
}

/** The line that asked for the pledge under a key; null for one that its user made. */
export function lineOfKey(key: string): string | null {
  return key.startsWith('ask:') ? key.slice(4, key.indexOf(':', 4)) : null
}

/**
 * The account that holds what a line reports for an id of its own until the id is linked to an account. The space keeps
 * it apart from every user id of the platform.
 */
export function holdingOf(line: string, lineUser: string): string {
  return `${line} ${lineUser}`
}

/** The line that a holding account is for. */
export function lineOfHolding(holding: string): string {
  return holding.slice(0, holding.indexOf(' '))
}

/** The id a line knows its user by, from the holding account. */
export function lineUserOf(holding: string): string {
  return holding.slice(holding.indexOf(' ') + 1)
}

/** What the ledger key of a refund begins with, before its pledge's key, when the dream did not reach its quota. */
export const EXPIRED_PREFIX = 'exp:'

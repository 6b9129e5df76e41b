/** How answers write what many of them hold. */

/** A time in ms since 1970, as RFC 3339 in UTC. */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString()

export const rfc3339OrNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms))

/** The header of an answer that is for the one who asked and for now. */
export const NO_STORE = { 'Cache-Control': 'no-store' }

/** The clock that people of a campaign read, and forms that ask for a moment on it. Pure. */

/** People of a campaign live in one zone; the days of the numbers are those of Asia/Shanghai too. */
export const TIME_ZONE = 'Asia/Shanghai'

/** China has no summer time, so its clock is always this far ahead of UTC. */
export const ZONE_MS = 8 * 60 * 60 * 1_000

/**
 * A field of type `datetime-local`, read on that clock, as RFC 3339. What is no time stays as it is, so that the API
 * refuses it at its field.
 */
export function readMoment(local: string): string {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(local)
  const at = isTime ? Date.parse(`${local}Z`) - ZONE_MS : Number.NaN
  if (Number.isNaN(at)) return local
  const time = new Date(at).toISOString()
  // The 30th of February is read as the 2nd of March.
  return local.startsWith(writeMoment(time)) ? time : local
}

/** An RFC 3339 time as such a field takes it, on that clock; empty where there is none. */
export const writeMoment = (time: string | null): string =>
  time === null ? '' : new Date(Date.parse(time) + ZONE_MS).toISOString().slice(0, 16)

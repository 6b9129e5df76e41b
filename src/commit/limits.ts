/**
 * Every bound of the group commit, with its arithmetic. Figures: see the bench table in the README.
 */

/**
 * Most items in one batch. Sorted by user, 5,000 pledges touch the pages of the ledger's tables in order and cost
 * 13 us each on local D1; batches of 1,000 cost 31 us, because every page is written to the log once a batch.
 * 5,000 x 13 us = 65 ms in which the single-threaded database serves no one else: the ceiling we accept.
 */
export const MAX_BATCH = 5_000

/** Marks are seq * MARK_SPAN + place: the next power of two above MAX_BATCH. 2^53 / 8192 = 10^12 batches a dream. */
export const MARK_SPAN = 8_192

/**
 * Most bytes of one batch, counted before JSON. D1 and an object's SQLite take 2 MB a value; quoting and the
 * worst case of escaping at most double what is counted.
 */
export const MAX_BATCH_BYTES = 900_000

/** Most items waiting for the next batch: four full batches, 0.3 s of work. What comes beyond is shed, untouched. */
export const MAX_QUEUE = 20_000

/** Most requests that wait for one key's verdict. A client repeats a key a few times; a flood of repeats is shed. */
export const MAX_JOINS = 32

/**
 * How long the first item of an idle object waits for company. At load the flight of the batch before is the wait
 * and this adds nothing; when idle it is the price in latency of not giving each of ten simultaneous pledges a batch.
 */
export const LINGER_MS = 2

/**
 * How long what queued behind a batch waits after it, so that those just answered can join: closed-loop callers
 * otherwise split into two half-size batches in turn. 128 callers: 65 a batch instead of 31, and a batch costs D1
 * 0.9 ms and the object two rows however small it is. The price is up to this much latency at load.
 */
export const GATHER_MS = 10

/** How long one attempt at D1 may take before its outcome counts as unknown. D1 itself ends a query after 30 s. */
export const ATTEMPT_TIMEOUT_MS = 10_000

/** Wait after attempt n (from 1) at the same batch: 250 ms doubling to 30 s. A stuck batch is tried for ever, gently. */
export function backoffMs(attempt: number): number {
  return Math.min(30_000, 250 * 2 ** Math.min(attempt - 1, 10))
}

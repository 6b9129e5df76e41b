/**
 * Flowers are positive whole numbers. Every amount that enters the engine passes `isFlowers`, every sum of amounts
 * passes `addFlowers`; nothing else does arithmetic on them outside SQL.
 */

/** The most flowers one pledge or one credit may move. 10^9 keeps any sum of 9 million of them exact in a double. */
export const MAX_FLOWERS = 1_000_000_000

/** True for a whole number of flowers from 1 to MAX_FLOWERS. */
export function isFlowers(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_FLOWERS
}

/** The sum of two amounts. Throws RangeError where a double would no longer be exact. */
export function addFlowers(a: number, b: number): number {
  const sum = a + b
  if (!Number.isSafeInteger(sum)) throw new RangeError(`flowers out of range: ${a} + ${b}`)
  return sum
}

/** Longest user id. */
export const MAX_USER_ID_LENGTH = 128

/** What ids and keys from outside are made of. */
export const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** True for an id an account can be held under: 1 to 128 visible ASCII characters. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_USER_ID_LENGTH && VISIBLE_ASCII.test(value)
}

/** Longest user id. */
export const MAX_USER_ID_LENGTH = 128

/** True for an id an account can be held under: 1 to 128 visible ASCII characters. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_USER_ID_LENGTH && /^[\x21-\x7e]+$/.test(value)
}

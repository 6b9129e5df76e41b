import { z } from '../http/zod.ts'
import { MAX_USER_ID_LENGTH, VISIBLE_ASCII } from '../users/ids.ts'

/** A line's id: 1 to 64 of a-z, 0-9 and hyphens. In the seed it is the line's main act kind. */
export const lineId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)

/** Longest id a line may give an act or a pledge request. */
const MAX_ITEM_ID_LENGTH = 128

/** An id a line gives to an act or a pledge request: visible ASCII, unique within the line, for good. */
export const itemId = z.string().max(MAX_ITEM_ID_LENGTH).regex(VISIBLE_ASCII)

/** A user id as a line states it. */
export const statedUser = z.string().max(MAX_USER_ID_LENGTH).regex(VISIBLE_ASCII)

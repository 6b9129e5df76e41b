import { z } from '../http/zod.ts'

/** A dream's id: 1 to 64 of a-z, 0-9 and hyphens, so that it stands in paths, badges and file names as it is. */
export const dreamId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)

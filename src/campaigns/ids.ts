import { z } from '../http/zod.ts'

/** A campaign's id: 1 to 64 of a-z, 0-9 and hyphens, as a dream's. */
export const campaignId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)

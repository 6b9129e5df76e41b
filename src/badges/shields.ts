import { z } from '../http/zod.ts'
import type { BadgeOptions } from './badge.ts'
import type { Progress } from './progress.ts'
import { colourOf, messageOf } from './wording.ts'

/** Seconds after which shields.io asks again; it takes no less. */
const CACHE_SECONDS = 300

/** https://shields.io/badges/endpoint-badge */
export const shieldsSchema = z
  .object({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string(),
    color: z.string(),
    style: z.string(),
    cacheSeconds: z.int(),
  })
  .openapi('ShieldsEndpoint', { description: 'The document that `img.shields.io/endpoint?url=` draws.' })

/** A dream's badge as shields.io draws it. */
export const toShields = (progress: Progress, { style, label, lang }: BadgeOptions) => ({
  schemaVersion: 1 as const,
  label,
  message: messageOf(progress, lang),
  color: colourOf(progress.state),
  style,
  cacheSeconds: CACHE_SECONDS,
})

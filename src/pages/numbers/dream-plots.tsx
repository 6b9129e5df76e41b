import type { FC } from 'hono/jsx'
import type { PageContext } from '../frame/context.ts'

/** A dream's flowers over time, and by the lines in which they were earned, as plots. */
export const DreamPlots: FC<{ c: PageContext; dream: string }> = () => null

import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import type { PageContext } from '../frame/context.ts'

/** The place on a dream's page where flowers are given. `balance` is null where nobody is signed in. */
export const GivePanel: FC<{ c: PageContext; dream: DreamWire; balance: number | null }> = () => null

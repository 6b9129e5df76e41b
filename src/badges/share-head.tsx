import type { FC } from 'hono/jsx'
import type { DreamWire } from '../dreams/wire.ts'
import type { PageContext } from '../pages/frame/context.ts'

/** What a dream's page says in its head to those who share it: Open Graph, oEmbed discovery, its feed. */
export const ShareHead: FC<{ c: PageContext; dream: DreamWire }> = () => null

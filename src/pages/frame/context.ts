import type { Context } from 'hono'
import type { Env } from '../../env.ts'
import type { Session } from '../../sessions/session.ts'
import type { Lang } from '../../words/language.ts'

/** What every page knows: its language and who is signed in. */
export interface PageEnv {
  Bindings: Env
  Variables: { lang: Lang; session: Session | null }
}

export type PageContext = Context<PageEnv>

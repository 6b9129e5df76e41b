import { Api } from '../http/api.ts'
import { askedRoutes } from './asked-routes.ts'
import { concernRoutes } from './concerns-routes.ts'
import { followRoutes } from './follows-routes.ts'
import { questionRoutes } from './questions-routes.ts'

/** How people follow dreams, hear of them and ask: what they follow, their news, questions and concerns. */
export const supervisionRoutes = new Api()

// `/v1/questions/raised` comes before the route of one question, which would take it for an id.
for (const routes of [followRoutes, questionRoutes, concernRoutes, askedRoutes])
  supervisionRoutes.route('/', routes)

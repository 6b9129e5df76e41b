import { Api } from '../http/api.ts'
import { concernRoutes } from './concerns-routes.ts'
import { followRoutes } from './follows-routes.ts'
import { questionRoutes } from './questions-routes.ts'

/** How people follow dreams, hear of them and ask: what they follow, their news, questions and concerns. */
export const supervisionRoutes = new Api()

for (const routes of [followRoutes, questionRoutes, concernRoutes]) supervisionRoutes.route('/', routes)

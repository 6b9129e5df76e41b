import { Api } from '../http/api.ts'
import { grantRoutes } from './grants-routes.ts'
import { progressRoutes } from './progress-routes.ts'
import { stageRoutes } from './stages-routes.ts'

/** What becomes of a funded dream: its grant, its moves, and the progress of its plan. */
export const executionRoutes = new Api()

for (const routes of [grantRoutes, stageRoutes, progressRoutes]) executionRoutes.route('/', routes)

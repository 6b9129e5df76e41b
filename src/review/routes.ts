import { Api } from '../http/api.ts'
import { assignmentRoutes } from './assignments-routes.ts'
import { deskRoutes } from './desk-routes.ts'
import { reviewMoveRoutes } from './moves-routes.ts'
import { reviewedProposalRoutes } from './proposal-routes.ts'

/** Review at volume: the desk of operators, their notes, and what they decide. */
export const reviewRoutes = new Api()

for (const routes of [deskRoutes, reviewedProposalRoutes, assignmentRoutes, reviewMoveRoutes])
  reviewRoutes.route('/', routes)

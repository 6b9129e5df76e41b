import { Api } from '../http/api.ts'
import { latestConservationRoutes } from './conservation-routes.ts'
import { dreamNumberRoutes } from './dream-numbers-routes.ts'
import { campaignNumberRoutes } from './numbers-routes.ts'

/** What is counted of the ledger: the public's numbers, and whether they agree with it. */
export const numberRoutes = new Api()

for (const routes of [campaignNumberRoutes, dreamNumberRoutes, latestConservationRoutes])
  numberRoutes.route('/', routes)

import { Api } from '../http/api.ts'
import { executorRoutes } from './executor-routes.ts'
import { hoursRoutes } from './hours-routes.ts'
import { offerRoutes } from './offer-routes.ts'
import { publicRoutes } from './public-routes.ts'

/** People who take part in a dream: their offers, their time, their page. */
export const supporterRoutes = new Api()

for (const routes of [offerRoutes, executorRoutes, hoursRoutes, publicRoutes])
  supporterRoutes.route('/', routes)

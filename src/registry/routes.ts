import { Api } from '../http/api.ts'
import { registryLineRoutes } from './lines-routes.ts'
import { ruleRoutes } from './rules-routes.ts'
import { secretRoutes } from './secrets-routes.ts'

/** The registry's routes: lines, their secrets, their earning rules. */
export const registryRoutes = new Api()

for (const routes of [registryLineRoutes, secretRoutes, ruleRoutes]) registryRoutes.route('/', routes)

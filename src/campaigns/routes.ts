import { Api } from '../http/api.ts'
import { amendmentRoutes } from './amendments-routes.ts'
import { campaignsRoutes } from './campaigns-routes.ts'
import { extensionRoutes } from './extension-routes.ts'
import { publishingRoutes } from './publishing-routes.ts'

/** The campaigns' routes: campaigns, their extensions, the dreams published in them, what of those is put right. */
export const campaignRoutes = new Api()

for (const routes of [campaignsRoutes, extensionRoutes, publishingRoutes, amendmentRoutes])
  campaignRoutes.route('/', routes)

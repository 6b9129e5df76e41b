import { Api } from '../http/api.ts'
import { memberRoutes } from './member-routes.ts'
import { offerRoutes } from './offer-routes.ts'
import { organisationItselfRoutes } from './organisation-routes.ts'
import { refusingRoutes } from './refusing-routes.ts'

/** The routes of organisations: themselves, their members, what they are asked to take on. */
export const organisationRoutes = new Api()

for (const routes of [organisationItselfRoutes, memberRoutes, offerRoutes, refusingRoutes])
  organisationRoutes.route('/', routes)

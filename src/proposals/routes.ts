import { Api } from '../http/api.ts'
import { draftRoutes } from './drafts-routes.ts'
import { moveRoutes } from './moves-routes.ts'
import { pictureRoutes } from './pictures-routes.ts'
import { similarRoutes } from './similar-routes.ts'

/** Proposing: drafts, sending them, what is like them, and pictures. */
export const proposalRoutes = new Api()

// `similar` before `{proposal}`, which would take it for an id.
for (const routes of [similarRoutes, draftRoutes, moveRoutes, pictureRoutes])
  proposalRoutes.route('/', routes)

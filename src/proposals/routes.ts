import { Api } from '../http/api.ts'

export const proposalRoutes = new Api()

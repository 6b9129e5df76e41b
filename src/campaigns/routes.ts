import { Api } from '../http/api.ts'

export const campaignRoutes = new Api()

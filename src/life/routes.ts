import { Api } from '../http/api.ts'

export const lifeRoutes = new Api()

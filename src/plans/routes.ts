import { Api } from '../http/api.ts'

export const planRoutes = new Api()

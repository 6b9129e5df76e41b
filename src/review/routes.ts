import { Api } from '../http/api.ts'

export const reviewRoutes = new Api()

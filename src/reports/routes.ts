import { Api } from '../http/api.ts'

export const reportRoutes = new Api()

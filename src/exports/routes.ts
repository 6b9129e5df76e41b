import { Api } from '../http/api.ts'

export const exportRoutes = new Api()

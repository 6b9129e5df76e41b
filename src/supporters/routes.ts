import { Api } from '../http/api.ts'

export const supporterRoutes = new Api()

import { Api } from '../http/api.ts'

export const executionRoutes = new Api()

import { Api } from '../http/api.ts'

export const supervisionRoutes = new Api()

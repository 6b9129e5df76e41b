import { Api } from '../http/api.ts'

export const numberRoutes = new Api()

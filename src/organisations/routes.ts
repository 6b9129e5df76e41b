import { Api } from '../http/api.ts'

export const organisationRoutes = new Api()

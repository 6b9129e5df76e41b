import { Api } from '../http/api.ts'

export const peopleRoutes = new Api()

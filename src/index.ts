import { app } from './app.ts'

export { Dream } from './dreams/object.ts'
export { Line } from './lines/object.ts'

export default { fetch: app.fetch }

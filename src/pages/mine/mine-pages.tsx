import { Pages } from '../frame/pages.tsx'

export const minePages = new Pages()

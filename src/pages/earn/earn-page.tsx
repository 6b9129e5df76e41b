import { Pages } from '../frame/pages.tsx'

export const earnPages = new Pages()

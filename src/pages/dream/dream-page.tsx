import { Pages } from '../frame/pages.tsx'

export const dreamPages = new Pages()

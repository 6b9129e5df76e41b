import { Pages } from '../frame/pages.tsx'

export const givingPages = new Pages()

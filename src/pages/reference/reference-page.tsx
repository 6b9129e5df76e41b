import { Pages } from '../frame/pages.tsx'

export const referencePages = new Pages()

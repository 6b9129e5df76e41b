import { Pages } from '../frame/pages.tsx'

export const proposePages = new Pages()

import { Pages } from '../frame/pages.tsx'

export const numbersPages = new Pages()

import { Pages } from '../frame/pages.tsx'

export const reportPages = new Pages()

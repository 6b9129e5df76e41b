import type { Pages } from '../../pages/frame/pages.tsx'

/** The desk of a dream's life: review, publishing, reports, questions. */
export const lifeDeskPages: readonly Pages[] = []

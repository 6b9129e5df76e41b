import type { Pages } from '../../pages/frame/pages.tsx'

/** The desk of operations: lines, callbacks, audit. */
export const linesDeskPages: readonly Pages[] = []

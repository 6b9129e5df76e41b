import type { Pages } from '../../pages/frame/pages.tsx'
import { auditPages } from './audit-page.tsx'
import { callbacksPages } from './callbacks-page.tsx'
import { dayPages } from './day-page.tsx'
import { daysPages } from './days-page.tsx'
import { deliveryPages } from './delivery-page.tsx'
import { endpointPages } from './endpoint-pages.tsx'
import { exportPages } from './exports.ts'
import { linePages } from './line-page.tsx'
import { linesPages } from './lines-page.tsx'
import { logPages } from './log-page.tsx'
import { revocationsPages } from './revocations-page.tsx'
import { rulesPages } from './rules-page.tsx'
import { secretsPages } from './secrets-page.tsx'

/** The desk of operations: lines, callbacks, audit. */
export const linesDeskPages: readonly Pages[] = [
  ...[linesPages, linePages, secretsPages, rulesPages, daysPages, dayPages, revocationsPages],
  ...[callbacksPages, endpointPages, deliveryPages],
  ...[auditPages, logPages, exportPages],
]

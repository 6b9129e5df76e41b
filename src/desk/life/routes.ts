import type { Pages } from '../../pages/frame/pages.tsx'
import { campaignPages } from './campaign-page.tsx'
import { comparePages } from './compare-page.tsx'
import { dreamPages } from './dream-routes.ts'
import { dreamsPages } from './dreams-page.tsx'
import { offersPages } from './offers-page.tsx'
import { organisationPages } from './organisation-page.tsx'
import { organisationsPages } from './organisations-page.tsx'
import { proposalPages } from './proposal-routes.ts'
import { questionPages } from './question-page.tsx'
import { questionsPages } from './questions-page.tsx'
import { queuePages } from './queue-routes.ts'
import { reportsPages } from './reports-page.tsx'

/** The desk of a dream's life: review, publishing, reports, questions. */
export const lifeDeskPages: readonly Pages[] = [
  ...[queuePages, proposalPages, comparePages],
  ...[dreamsPages, campaignPages, dreamPages, offersPages, organisationsPages, organisationPages],
  ...[reportsPages, questionsPages, questionPages],
]

import { accountPages } from './account-page.tsx'
import { followsPages } from './follows-page.tsx'
import { historyPages } from './history-page.tsx'
import { linesPages } from './lines-page.tsx'
import { newsPages } from './news-page.tsx'
import { overviewPages } from './overview-page.tsx'

/** The pages of whoever is signed in. */
export const minePages = [overviewPages, historyPages, newsPages, followsPages, linesPages, accountPages]

import type { ListedCampaignWire } from '../../campaigns/params.ts'
import type { ListedOrganisationWire } from '../../organisations/organisation-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { writeQuery } from '../../pages/frame/paging.ts'

/** Lists that a form lets choose from: whole, within reason. */

/** Pages of 100 read for one form. Campaigns come a few a year, organisations by the dozen. */
const MAX_PAGES = 5

async function readAll<T>(c: PageContext, path: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  for (let n = 0; n < MAX_PAGES && cursor !== null; n++) {
    const page: Listed<T> = await readInside(c, path + writeQuery({ pageSize: 100, cursor }))
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}

/** The campaigns, the newest first. */
export async function readAllCampaigns(c: PageContext): Promise<ListedCampaignWire[]> {
  return (await readAll<ListedCampaignWire>(c, '/v1/campaigns')).reverse()
}

/** The organisations, in the order they were registered. */
export const readAllOrganisations = (c: PageContext): Promise<ListedOrganisationWire[]> =>
  readAll(c, '/v1/organisations')

import type { ListedCampaignWire } from '../../campaigns/params.ts'
import type { DreamWire } from '../../dreams/wire.ts'

/** What the wall shows, and in which order. Pure. */

/**
 * The campaign that the wall is about: of those that are open the one that ends last; without one the next to begin; after
 * all of them the last that ended. Null where there was never one.
 */
export function chooseCampaign(campaigns: readonly ListedCampaignWire[]): ListedCampaignWire | null {
  const last = (state: ListedCampaignWire['state'], by: 'closesAt' | 'opensAt', sign: 1 | -1) =>
    campaigns
      .filter((campaign) => campaign.state === state)
      .toSorted((a, b) => sign * (Date.parse(b[by]) - Date.parse(a[by])))[0]
  return (
    last('open', 'closesAt', 1) ?? last('scheduled', 'opensAt', -1) ?? last('over', 'closesAt', 1) ?? null
  )
}

/** Dreams by what a visitor can do: give now, come back, or see what became of them. Each in the catalogue's order. */
export function groupDreams(dreams: readonly DreamWire[]): {
  readonly collecting: readonly DreamWire[]
  readonly opening: readonly DreamWire[]
  readonly ended: readonly DreamWire[]
} {
  const collecting = dreams.filter((dream) => dream.collecting)
  const opening = dreams.filter((dream) => !dream.collecting && dream.state === 'published')
  const ended = dreams.filter((dream) => !dream.collecting && dream.state !== 'published')
  return { collecting, opening, ended }
}

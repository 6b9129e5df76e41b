/** What was counted during a measurement. */
export interface Counts {
  readonly d1RowsWritten: number
  readonly objectRowsWritten: number
  readonly objectRequests: number
  readonly alarms: number
  readonly pledges: number
}

/** List prices in dollars a million (Cloudflare's pricing pages): rows written, object requests, Worker requests. */
const ROW = 1
const OBJECT_REQUEST = 0.15
const WORKER_REQUEST = 0.3

/** The interactions the press reported of the 2022 campaign, in millions. */
const CAMPAIGN_MILLIONS = 58

/** Price of a million pledges made `perRequest` at a time, in dollars. */
function priceOfMillion(counts: Counts, perRequest: number): number {
  const { d1RowsWritten, objectRowsWritten, objectRequests, alarms, pledges } = counts
  return (
    ((d1RowsWritten + objectRowsWritten) * ROW + (objectRequests + alarms) * OBJECT_REQUEST) / pledges +
    WORKER_REQUEST / perRequest
  )
}

/** The prices that follow from what was counted, in words. Duration and CPU time are not in them. */
export function priceOf(single: Counts, bulk: Counts): string {
  const one = priceOfMillion(single, 1)
  const many = priceOfMillion(bulk, 200)
  return (
    `At list prices a million pledges cost $${one.toFixed(2)} one a request and $${many.toFixed(2)} at 200 a request; ` +
    `a campaign of ${CAMPAIGN_MILLIONS} million interactions, were each a pledge of its own, $${(one * CAMPAIGN_MILLIONS).toFixed(0)}.`
  )
}

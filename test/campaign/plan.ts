/** A user of the campaign. */
export interface Guest {
  readonly user: string
  readonly token: string
}

/** The dreams of the campaign. Most flowers go to `hot`. */
export interface Stage {
  readonly hot: string
  readonly others: readonly string[]
  readonly closed: string | null
}

/** One good act, as a line reports it. */
export interface Act {
  readonly id: string
  readonly user: string
  readonly kind: string
  readonly quantity: number
  readonly at: string
}

/** A signed body of a line. It is sent `copies` times, byte for byte the same, at once or one after another. */
export type Delivery = {
  readonly id: string
  readonly line: string
  readonly copies: number
  readonly atOnce: boolean
} & (
  | { readonly type: 'acts.reported'; readonly acts: readonly Act[] }
  | { readonly type: 'pledges.requested'; readonly pledges: readonly LineRequest[] }
)

/** A pledge a line asks for in its user's name, with the outcomes that are right. */
export interface LineRequest {
  readonly id: string
  readonly user: string
  readonly dream: string
  readonly flowers: number
  readonly allowed: readonly string[]
}

/** One request under a pledge's key. */
export interface Ask {
  readonly dream: string
  readonly flowers: number
  readonly body: string
}

/** What a user does under one Idempotency-Key, with the outcomes that are right. */
export interface PlannedPledge {
  readonly guest: Guest
  readonly key: string
  readonly asks: readonly Ask[]
  readonly atOnce: boolean
  readonly patienceMs: readonly number[]
  readonly allowed: readonly string[]
}

/** The items in pieces of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, place) =>
    items.slice(place * size, (place + 1) * size),
  )
}

/** Ways of looking at a dream that are measured: from a cache, by who has it already (304), and each time from D1. */
export const VIEWS = {
  read: { name: 'dream read', path: '/v1/dreams/hearing-screening' },
  read304: { name: 'dream read, 304', path: '/v1/dreams/hearing-screening' },
  badge: { name: 'badge', path: '/badges/hearing-screening.svg' },
  badge304: { name: 'badge, 304', path: '/badges/hearing-screening.svg' },
  card: { name: 'card', path: '/badges/hearing-screening/card.svg' },
  embed: { name: 'embedded page', path: '/embed/hearing-screening?lang=en' },
  readCold: { name: 'dream read that no cache answers', path: '/v1/dreams/cold-*' },
  badgeCold: { name: 'badge that no cache answers', path: '/badges/cold-*.svg' },
} as const

/** Fewer at once for those that go to D1: what is measured is their price, and not how a queue of them looks. */
export const COLD_CONNECTIONS = 16

export type ViewKind = keyof typeof VIEWS

/**
 * Dreams for the reads that no cache answers, asked for in turn (`*` is which): more than a memory of 1,000 keeps, and more
 * than are asked for in the second that the edge cache keeps one.
 */
export const COLD_DREAMS = 20_000

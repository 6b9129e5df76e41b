import type { Cast } from './tell.ts'
import type { Body, Teller } from './teller.ts'

/** The foundation reviews: in bulk, with notes, a merge and a reason. */
export async function review(teller: Teller, cast: Cast): Promise<void> {
  teller.say('The review')
  const { operator, ann, bea, dan, wish, similar, expiring, declined } = cast
  const all = [wish, similar, expiring, declined]
  await teller.get(ann, '/v1/review/proposals', 'operator_only')
  const found = await teller.get(
    operator,
    `/v1/review/proposals?state=proposed&q=${encodeURIComponent('银河')}`,
  )
  teller.hold(
    found.items.some(({ id }: Body) => id === expiring),
    'the desk finds a wish by two characters of its text',
    found,
  )
  await teller.post(operator, '/v1/review/decisions', 200, { proposals: all, to: 'in_review' })
  await teller.post(operator, '/v1/review/assignments', 200, { proposals: all, assignee: operator.user })
  await teller.post(operator, `/v1/review/proposals/${wish}/notes`, 201, { text: 'Speaks for itself.' })
  const refused = await teller.post(operator, '/v1/review/decisions', 'reason_missing', {
    proposals: [declined],
    to: 'declined',
  })
  teller.hold(refused.code === 'reason_missing', 'no wish is declined without a reason', refused)
  const reason = 'A dream is for others.'
  await teller.post(operator, '/v1/review/decisions', 200, { proposals: [declined], to: 'declined', reason })
  await teller.post(operator, '/v1/review/merges', 200, { into: wish, from: [similar] })
  const decisions = { proposals: [wish, expiring, declined, similar], to: 'accepted' }
  const { results } = await teller.post(operator, '/v1/review/decisions', 200, decisions)
  const outcomes = Object.fromEntries(results.map(({ proposal, outcome }: Body) => [proposal, outcome]))
  teller.hold(
    outcomes[wish] === 'moved' && outcomes[expiring] === 'moved',
    'two wishes are accepted',
    results,
  )
  teller.hold(
    outcomes[declined] === 'refused' && outcomes[similar] === 'refused',
    'what is declined or merged cannot be accepted any more',
    results,
  )

  const dans = await teller.get(dan, '/v1/me/proposals')
  teller.hold(dans.items[0]?.reason === reason, 'Dan is told why his was declined', dans)
  const heard = await teller.get(dan, '/v1/me/news')
  teller.hold(JSON.stringify(heard.items).includes(reason), 'and finds it in his news', heard)
  const beas = await teller.get(bea, '/v1/me/proposals')
  teller.hold(
    beas.items.some(
      ({ id, state, mergedInto }: Body) => id === similar && state === 'merged' && mergedInto === wish,
    ),
    "Bea's wish went into Ann's",
    beas,
  )
  teller.hold(
    beas.items.some(({ id }: Body) => id === wish),
    'and she is a proposer of it now',
    beas,
  )
}

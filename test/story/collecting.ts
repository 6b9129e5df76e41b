import { type Cast, EARNED } from './tell.ts'
import { type Body, sleep, type Teller } from './teller.ts'

const SECOND_MS = 1_000

/** How long after it is made the campaign opens, and for how long it is open: time enough for the calls of a chapter. */
const OPENS_IN_MS = 6 * SECOND_MS
const OPEN_FOR_MS = 12 * SECOND_MS

/** What the first four givers give to Ann's dream: more than its quota. */
const GIFT = 8
const QUOTA = 30

/** What they give to Cai's, which needs far more. */
const SMALL_GIFT = 2

/** The campaign: it opens and closes by itself; one dream reaches its quota, the other does not. */
export async function collect(teller: Teller, cast: Cast): Promise<void> {
  teller.say('The campaign')
  const { operator, ann, givers, wish, expiring, declined, mark } = cast
  const opensAt = Date.now() + OPENS_IN_MS
  const closesAt = opensAt + OPEN_FOR_MS
  const campaign = `giving-day-${mark}`
  cast.campaign = campaign
  await teller.post(ann, '/v1/campaigns', 'operator_only', {})
  const days = {
    id: campaign,
    name: '一花一梦想',
    nameEn: 'One flower, one dream',
    rules: '每一朵小红花都算数。',
    opensAt: new Date(opensAt).toISOString(),
    closesAt: new Date(closesAt).toISOString(),
  }
  await teller.post(operator, '/v1/campaigns', 201, days)
  const publish = (proposal: string, quota: number, expected: number | string) =>
    teller.post(operator, `/v1/campaigns/${campaign}/dreams`, expected, {
      proposal,
      quota,
      titleEn: 'A dream',
    })
  await publish(wish, QUOTA, 201)
  await publish(expiring, 1_000, 201)
  await publish(declined, 5, 'move_not_allowed')
  const published = await teller.get(null, `/v1/dreams/${wish}`)
  teller.hold(
    published.state === 'published' && published.quota === QUOTA,
    'two dreams are published',
    published,
  )
  const amendment = { field: 'place', text: '云南怒江和大理', reason: 'A second county asked.' }
  await teller.post(operator, `/v1/dreams/${wish}/amendments`, 201, amendment)
  const amended = await teller.get(null, `/v1/dreams/${wish}/amendments`)
  teller.hold(amended.items.length === 1, 'a mistake in one is amended, in public and dated', amended)

  const give = (
    n: number,
    dream: string,
    flowers: number,
    expected: number | string,
    key = `${n}-${dream}`,
  ) => teller.post(givers[n] ?? null, `/v1/dreams/${dream}/pledges`, expected, { flowers }, key)
  await give(0, wish, 1, 'dream_not_collecting', 'early')
  teller.hold(Date.now() < opensAt, 'nothing is collected before the time', { late: Date.now() - opensAt })
  await sleep(opensAt - Date.now())
  for (let n = 0; n < 4; n++) {
    await give(n, wish, GIFT, 201)
    await give(n, expiring, SMALL_GIFT, 201)
  }
  const again = await give(0, wish, GIFT, 201)
  teller.hold(again.flowers === GIFT, 'a pledge that is repeated is the same pledge', again)
  await give(0, wish, 1, 'insufficient_flowers', 'too-much')
  await teller.until(
    () => teller.get(null, `/v1/dreams/${wish}`),
    ({ flowers, pledges }) => flowers === 4 * GIFT && pledges === 4,
    "Ann's dream reaches its quota",
  )
  const late = { closesAt: new Date(closesAt + 60 * SECOND_MS).toISOString(), reason: 'So near.' }
  await teller.post(operator, `/v1/campaigns/${campaign}/extensions`, 'too_late', late)
  await extendAnother(teller, cast)

  await sleep(closesAt - Date.now())
  await give(4, wish, 1, 'dream_not_collecting')
  const expired = await teller.until(
    () => teller.get(null, `/v1/dreams/${expiring}`),
    ({ state, returned }) => state === 'expired' && returned?.doneAt,
    "Cai's dream did not reach its quota and gives everything back",
  )
  teller.hold(
    expired.flowers === 0 && expired.returned.flowers === 4 * SMALL_GIFT && expired.returned.pledges === 4,
    'exactly what it had been given',
    expired,
  )
  for (const giver of givers.slice(0, 4)) {
    const { balance, pledged } = await teller.get(giver, '/v1/me')
    teller.hold(balance === EARNED - GIFT && pledged === GIFT, 'a giver has their flowers back', {
      balance,
      pledged,
    })
  }
  const { items } = await teller.get(givers[0] ?? null, '/v1/me/entries')
  const refund = items.find(({ kind }: Body) => kind === 'refund')
  teller.hold(
    refund?.because === 'dream_expired' && items.some(({ id }: Body) => id === refund.of),
    'by an entry that names the pledge',
    items,
  )
  const { items: news } = await teller.get(givers[0] ?? null, '/v1/me/news')
  teller.hold(
    news.some(({ dream, refunded }: Body) => dream === expiring && refunded === SMALL_GIFT),
    'and is told so, though they never asked to follow it',
    news,
  )
  const { items: dreams } = await teller.get(null, '/v1/dreams?pageSize=100')
  const other = dreams.find(({ collecting }: Body) => collecting)?.id
  await teller.post(givers[0] ?? null, `/v1/dreams/${other}/pledges`, 201, { flowers: SMALL_GIFT }, 'anew')
  teller.hold(true, 'the flowers are given to another dream')
}

/** A campaign that lasts longer is made longer still, in public. */
async function extendAnother(teller: Teller, { operator, mark }: Cast): Promise<void> {
  const id = `long-days-${mark}`
  const closesAt = Date.now() + 24 * 60 * 60 * SECOND_MS
  await teller.post(operator, '/v1/campaigns', 201, {
    id,
    name: '长长的日子',
    nameEn: 'Long days',
    rules: '慢慢来。',
    opensAt: new Date(Date.now() + SECOND_MS).toISOString(),
    closesAt: new Date(closesAt).toISOString(),
  })
  const until = (ms: number) => ({ closesAt: new Date(closesAt + ms).toISOString(), reason: 'A storm.' })
  await teller.post(operator, `/v1/campaigns/${id}/extensions`, 201, until(60 * 60 * SECOND_MS))
  await teller.post(operator, `/v1/campaigns/${id}/extensions`, 'state_conflict', until(0))
  const { extensions } = await teller.get(null, `/v1/campaigns/${id}`)
  teller.hold(
    extensions.length === 1,
    'another campaign is made longer, which everyone can see, and never shorter',
    extensions,
  )
}

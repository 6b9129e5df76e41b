import type { Cast } from './tell.ts'
import type { Teller } from './teller.ts'

/** The smallest picture there is: one red pixel as PNG. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
)

const wishes = {
  ann: {
    title: '让山村老师学会急救',
    what: '为山村小学的老师开设急救课,配备急救箱。',
    forWhom: '山村小学的老师和孩子',
    place: '云南怒江',
    howMany: '1000 名老师',
    why: '最近的医院在三小时以外。',
  },
  bea: {
    title: '给乡村学校送急救课',
    what: '让每一所乡村小学都有会急救的老师。',
    forWhom: '乡村小学',
    place: '四川凉山',
    howMany: '200 所学校',
    why: '孩子受伤时,第一个在场的是老师。',
  },
  cai: {
    title: '把星空带进城市的天台',
    what: '在城市天台上放望远镜,让孩子看见银河。',
    forWhom: '城市里的孩子',
    place: '上海',
    howMany: '30 个天台',
    why: '很多孩子没有见过银河。',
  },
  dan: {
    title: '给我买一辆自行车',
    what: '我想要一辆新的自行车去上班。',
    forWhom: '我自己',
    place: '北京',
    howMany: '一辆',
    why: '旧的丢了,走路太远。',
  },
}

/** People wish: drafts, a picture, similar wishes shown before sending. */
export async function propose(teller: Teller, cast: Cast): Promise<void> {
  teller.say('Wishes')
  const { ann, bea, cai, dan } = cast
  const headers = { 'Content-Type': 'image/png' }
  const picture = await teller.call(ann, 'POST', '/v1/pictures', 201, PIXEL, headers)
  const draft = await teller.post(ann, '/v1/proposals', 201, { title: wishes.ann.title })
  teller.hold(draft.state === 'draft', 'Ann begins a wish and may leave it unfinished', draft)
  await teller.post(ann, `/v1/proposals/${draft.id}/moves`, 'invalid_request', { to: 'proposed' })
  await teller.get(bea, `/v1/proposals/${draft.id}`, 'proposal_not_found')
  await teller.call(ann, 'PATCH', `/v1/proposals/${draft.id}`, 200, { ...wishes.ann, pictures: [picture.id] })
  await teller.call(bea, 'PATCH', `/v1/proposals/${draft.id}`, 'proposal_not_found', { title: '不是我的' })
  cast.wish = (await teller.post(ann, `/v1/proposals/${draft.id}/moves`, 200, { to: 'proposed' })).id

  const similar = await teller.get(bea, `/v1/proposals/similar?text=${encodeURIComponent('急救')}`)
  teller.hold(
    similar.items.some(({ id }: { id: string }) => id === cast.wish),
    "Bea is shown Ann's wish before she sends hers: it speaks of 急救 too",
    similar,
  )
  const send = async (person: typeof bea, wish: object): Promise<string> => {
    const { id } = await teller.post(person, '/v1/proposals', 201, wish)
    await teller.post(person, `/v1/proposals/${id}/moves`, 200, { to: 'proposed' })
    return id
  }
  cast.similar = await send(bea, wishes.bea)
  cast.expiring = await send(cai, wishes.cai)
  cast.declined = await send(dan, wishes.dan)
  await teller.post(ann, `/v1/proposals/${cast.wish}/moves`, 'move_not_allowed', { to: 'accepted' })
  await teller.get(null, `/v1/dreams/${cast.wish}`, 'dream_not_found')
  teller.hold(true, 'no wish is public before it is published, and no one accepts their own')
}

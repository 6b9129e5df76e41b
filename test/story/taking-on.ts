import type { Cast } from './tell.ts'
import type { Body, Teller } from './teller.ts'

/** A lab takes the dream on, with a plan. */
export async function takeOn(teller: Teller, cast: Cast): Promise<void> {
  teller.say('The co-creator')
  const { operator, ann, eva, wish, mark } = cast
  const organisation = `first-aid-lab-${mark}`
  cast.organisation = organisation
  await teller.post(operator, '/v1/organisations', 201, {
    id: organisation,
    name: '急救实验室',
    nameEn: 'First aid lab',
    kind: 'lab',
    about: '教人急救。',
    contact: 'lab@example.com',
  })
  await teller.call(operator, 'PUT', `/v1/organisations/${organisation}/members/${eva.user}`, 200, {
    role: 'admin',
  })
  const offer = await teller.post(operator, `/v1/dreams/${wish}/offers`, 201, {
    organisation,
    message: 'Would you?',
  })
  const plan = {
    milestones: [
      { title: '编写教材', dueOn: '2027-03-01' },
      { title: '培训 1000 名老师', dueOn: '2027-09-01' },
    ],
    measures: [{ name: '学会急救的老师', unit: '人', planned: 1_000 }],
    budget: [{ name: '急救箱', plannedCents: 20_000_000 }],
  }
  await teller.post(ann, `/v1/offers/${offer.id}/take`, 'not_yours', { plan })
  const offers = await teller.get(eva, `/v1/organisations/${organisation}/offers`)
  teller.hold(
    offers.items.some(({ id }: Body) => id === offer.id),
    'the lab finds what it is offered',
    offers,
  )
  await teller.post(eva, `/v1/offers/${offer.id}/take`, 200, { plan })
  await teller.post(eva, `/v1/offers/${offer.id}/take`, 200, { plan })
  const told = await teller.get(ann, `/v1/dreams/${wish}/plan`)
  teller.hold(told.milestones.length === 2, 'Ann sees the plan of those who took her dream on, once', told)
}

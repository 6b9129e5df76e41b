import type { Cast, Listener } from './tell.ts'
import type { Body, Teller } from './teller.ts'

/** Everything adds up: the history, the numbers, the exports, the ledger. */
export async function check(teller: Teller, cast: Cast, { ring }: Listener): Promise<void> {
  teller.say('Everything adds up')
  const { operator, ann, campaign, wish, expiring } = cast
  const { items: history } = await teller.get(null, `/v1/dreams/${wish}/history?pageSize=100`)
  const way = history.filter(({ kind }: Body) => kind === 'moved').map(({ data }: Body) => data.to)
  teller.hold(
    way.join() === 'proposed,in_review,accepted,published,collecting,reached,funded,executing,completed' ||
      way.join() ===
        'proposed,in_review,accepted,published,collecting,reached,settling,funded,executing,completed',
    'the whole way of the dream is public',
    way,
  )
  teller.hold(!JSON.stringify(history).includes(ann.user), 'and names no person')
  await teller.until(
    async () => {
      await ring(Date.now())
      return teller.get(operator, '/v1/audit/conservation/latest')
    },
    ({ holds }) => holds === true,
    'the rollups agree with the ledger',
  )
  const numbers = await teller.get(null, `/v1/numbers?campaign=${campaign}`)
  teller.hold(JSON.stringify(numbers).includes(wish), "the campaign's numbers are there", numbers)
  const csv = String(await teller.get(operator, '/v1/exports/dreams.csv'))
  teller.hold(csv.includes(wish) && csv.includes(expiring), 'the dreams can be exported', csv.slice(0, 300))
  await teller.get(ann, '/v1/exports/dreams.csv', 'operator_only')
  const open = String(await teller.get(null, '/v1/open-data/dreams.jsonl'))
  teller.hold(
    open.includes(wish) && !open.includes(ann.user),
    'the open data names no person',
    open.slice(0, 300),
  )
  await teller.until(
    () => teller.get(operator, '/v1/audit/conservation'),
    ({ holds }) => holds === true,
    'no flower is lost, doubled or unexplained',
  )
}

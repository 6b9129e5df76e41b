import { app } from '../../src/app.ts'
import { deliver } from '../../src/callbacks/consumer.ts'
import type { DeliveryRef } from '../../src/callbacks/deliveries-store.ts'
import type { Env } from '../../src/env.ts'
import { commitCredits, commitPledges } from '../../src/ledger/store.ts'
import { findNumbers } from '../../src/numbers/numbers-store.ts'
import { rollUp } from '../../src/numbers/rollup.ts'
import { toSearchText } from '../../src/proposals/words.ts'
import { Random } from '../random.ts'

/** The worker as it is deployed, with routes that fill it and that time what has no route of its own. */

export { Dream } from '../../src/dreams/object.ts'
export { Line } from '../../src/lines/object.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/** What proposals are made of: enough words that a search finds some of them and not all. */
const WHAT = [
  '急救培训',
  '图书角',
  '助听器',
  '流动医院',
  '护鸟站',
  '无障碍坡道',
  '乡村音乐课',
  '防走失手环',
  '净水机',
  '夜校',
]
const WHOM = ['留守儿童', '视障青年', '独居老人', '听障学生', '护林员', '外卖骑手', '罕见病家庭', '山区教师']
const PLACES = [
  '云南怒江',
  '贵州毕节',
  '四川凉山',
  '甘肃定西',
  '青海玉树',
  '广西百色',
  '上海',
  '深圳',
  '新疆喀什',
  '内蒙古赤峰',
]
const WHY = [
  '因为路太远，孩子们每天要走两个小时。',
  '因为没有人会做心肺复苏，去年有两位老人没有等到救护车。',
  '因为他们从来没有见过大海，也没有听过钢琴。',
  '因为一台设备就能让整个村子喝上干净的水。',
]
const STATES = { proposed: 50, in_review: 20, accepted: 4, declined: 20, merged: 5, withdrawn: 1 } as const

function makeProposal(number: number) {
  const random = new Random(number)
  const [what, whom, place] = [random.pick(WHAT), random.pick(WHOM), random.pick(PLACES)]
  const state = random.weighted(STATES)
  const title = `给${place}的${whom}一个${what}（${number}号）`
  const long = Array.from({ length: random.between(3, 12) }, () => random.pick(WHY)).join('')
  const texts = [
    `我们想为${whom}建一个${what}。${long}`,
    whom,
    place,
    `${random.between(20, 2_000)}人`,
    random.pick(WHY),
  ]
  const assignee = state === 'proposed' && random.chance(0.6) ? null : `operator-${random.between(1, 12)}`
  const indexed = [toSearchText(title), texts.map(toSearchText).join(' ')]
  const proposers = Array.from({ length: random.between(1, 3) }, (_, n) => `proposer-${number}-${n}`)
  const notes = random.chance(0.3) ? ['看过了，和去年的很像。'] : []
  return [number, `wish-${number}`, state, title, texts, assignee, indexed, proposers, notes] as const
}

const PROPOSALS_SQL = [
  `INSERT INTO proposals (number, id, state, title, what, for_whom, place, how_many, why, pictures, assignee, reason, created_at, updated_at, proposed_at)
   SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> '$[4][0]', value ->> '$[4][1]', value ->> '$[4][2]', value ->> '$[4][3]',
     value ->> '$[4][4]', '[]', value ->> 5, iif(value ->> 2 = 'declined', '和另一个梦想很像', NULL), ?2, ?2, ?2 FROM json_each(?1)`,
  `INSERT INTO proposal_search (rowid, title, body) SELECT value ->> 0, value ->> '$[6][0]', value ->> '$[6][1]' FROM json_each(?1) WHERE ?2 > 0`,
  `INSERT INTO proposers (dream, user, via, at) SELECT i.value ->> 1, p.value, i.value ->> 1, ?2 FROM json_each(?1) i, json_each(i.value -> 7) p`,
  `INSERT INTO review_notes (proposal, author, text, at) SELECT i.value ->> 1, 'operator-1', n.value, ?2 FROM json_each(?1) i, json_each(i.value -> 8) n`,
]

app.post('/volume/proposals', async (c) => {
  const { from, to } = await c.req.json<{ from: number; to: number }>()
  const rows = JSON.stringify(Array.from({ length: to - from }, (_, n) => makeProposal(from + n)))
  await c.env.DB.batch(PROPOSALS_SQL.map((sql) => c.env.DB.prepare(sql).bind(rows, Date.now())))
  return c.text('ok')
})

/** Ids that lie in no order, as those of real users. */
const userOf = (n: number): string => `u${(Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(36)}-${n}`

/** Credits of a user and pledges of theirs, each; ten entries. */
const EACH = 5

app.post('/volume/entries', async (c) => {
  const { from, to } = await c.req.json<{ from: number; to: number }>()
  const random = new Random(from + 1)
  const ids = async (table: string) =>
    (await c.env.DB.prepare(`SELECT id FROM ${table} ORDER BY id`).all<{ id: string }>()).results.map(
      ({ id }) => id,
    )
  const [lines, dreams] = [await ids('lines'), await ids('dreams')]
  const users = Array.from({ length: to - from }, (_, n) => userOf(from + n)).sort()
  const when = () => Date.now() - random.between(60_000, 10 * DAY_MS)
  const mark = (round: number, n: number) => (from + n) * EACH * 2 + round
  for (let round = 0; round < EACH; round++) {
    const [line, at] = [random.pick(lines), when()]
    const tally = `${new Date(at).toISOString().slice(0, 10)}/${line}/act`
    const rows = users.map(
      (user, n) =>
        [
          user,
          `act:${line}:${from + n}-${round}`,
          random.between(3, 9),
          mark(round, n),
          tally,
          null,
          at,
        ] as const,
    )
    await commitCredits(c.env, { ref: line, at, rows })
  }
  for (let round = 0; round < EACH; round++) {
    const rows = users.map(
      (user, n) => [user, `k:${from + n}-${round}`, random.between(1, 3), mark(EACH + round, n)] as const,
    )
    await commitPledges(c.env, { ref: random.pick(dreams), at: when(), rows })
  }
  return c.json(users)
})

const PUBLISH_SQL = `UPDATE dreams SET flowers = e.flowers, pledges = e.pledges, version = version + 1
FROM (SELECT ref, -sum(flowers) AS flowers, count(*) AS pledges FROM entries WHERE kind = 'pledge' GROUP BY ref) e WHERE e.ref = dreams.id`

const NEWS_SQL = `INSERT INTO news (dream, campaign, kind, data, at) SELECT d.id, d.campaign, 'spending', '{}', ?1
FROM dreams d, json_each(json_array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20))`

/** What the dreams' objects would have published, and some news of each. */
app.post('/volume/publish', async (c) => {
  await c.env.DB.batch([c.env.DB.prepare(PUBLISH_SQL), c.env.DB.prepare(NEWS_SQL).bind(Date.now())])
  return c.text('ok')
})

/** A range of a pass is counted by a batch of so many statements. */
const RANGE_STATEMENTS = 6

/** Makes a whole pass that begins at `now`; how long each of its ranges and all of it took, in ms. */
app.post('/volume/pass', async (c) => {
  const { now } = await c.req.json<{ now: number }>()
  const ranges: number[] = []
  const db = new Proxy(c.env.DB, {
    get: (target, name) => {
      const value = Reflect.get(target, name)
      if (name !== 'batch') return typeof value === 'function' ? value.bind(target) : value
      return async (statements: D1PreparedStatement[]) => {
        const began = performance.now()
        const results = await target.batch(statements)
        if (statements.length === RANGE_STATEMENTS) ranges.push(performance.now() - began)
        return results
      }
    },
  })
  const began = Date.now()
  let run = await rollUp({ DB: db }, now)
  while (run.ended === null) run = await rollUp({ DB: db }, now)
  return c.json({ ranges, totalMs: Date.now() - began })
})

/** What a request for the numbers does when nothing is cached. */
app.get('/volume/numbers', async (c) => c.json(await findNumbers(c.env.DB, '', 92)))

export default {
  fetch: app.fetch,
  queue: (batch, env) => deliver(batch, env),
} satisfies ExportedHandler<Env, DeliveryRef>

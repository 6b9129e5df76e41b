import type { Cast, Listener } from './tell.ts'
import type { Body, Teller } from './teller.ts'

const MINUTE_MS = 60_000

/** The dates job runs in minutes that five divides. */
const JOB_MINUTES = 5

/** The grant, what is done with it, a report that comes too late, and the end. */
export async function carryOut(teller: Teller, cast: Cast, { ring }: Listener): Promise<void> {
  teller.say('What becomes of it')
  const { operator, ann, bea, eva, givers, wish, organisation } = cast
  const dreamNow = () => teller.get(null, `/v1/dreams/${wish}`)
  await teller.until(dreamNow, ({ state }) => state === 'funded', 'the settling is over: the dream is funded')
  await teller.post(eva, `/v1/dreams/${wish}/moves`, 'state_conflict', { to: 'executing' })
  const grant = { amountCents: 20_000_000, currency: 'CNY', terms: '分两期。', organisation }
  await teller.post(eva, `/v1/dreams/${wish}/grant`, 'operator_only', grant)
  await teller.post(operator, `/v1/dreams/${wish}/grant`, 201, grant)
  await teller.post(givers[0] ?? null, `/v1/dreams/${wish}/moves`, 'executor_only', { to: 'executing' })
  await teller.post(eva, `/v1/dreams/${wish}/moves`, 200, { to: 'executing' })
  await teller.post(operator, `/v1/dreams/${wish}/moves`, 'state_conflict', { to: 'completed' })
  await teller.post(operator, `/v1/dreams/${wish}/moves`, 'reason_missing', { to: 'stopped' })
  await teller.post(operator, `/v1/dreams/${wish}/moves`, 'move_not_allowed', { to: 'collecting' })

  const { milestones, measures, budget } = await teller.get(null, `/v1/dreams/${wish}/plan`)
  const milestone = `/v1/dreams/${wish}/milestones/${milestones[0].id}/moves`
  await teller.post(eva, milestone, 201, { state: 'under_way', text: '开始了。' })
  const figures = [{ name: '页数', value: 48, unit: '页' }]
  await teller.post(eva, milestone, 201, { state: 'done', text: '教材印好了。', figures })
  await teller.post(eva, `/v1/dreams/${wish}/measures/${measures[0].id}/readings`, 201, {
    actual: 640,
    text: '六个县。',
  })
  const spending = `/v1/dreams/${wish}/budget/${budget[0].id}/spendings`
  await teller.post(eva, spending, 201, { amountCents: 9_600_000, text: '640 个急救箱。' }, 'bought')
  await teller.post(eva, spending, 201, { amountCents: 9_600_000, text: '640 个急救箱。' }, 'bought')
  await teller.post(eva, spending, 'state_conflict', { amountCents: 19_000_000, text: '太多。' }, 'too-much')
  await teller.until(
    () => teller.get(null, `/v1/dreams/${wish}/plan`),
    (plan) => plan.measures[0].actual === 640 && plan.budget[0].spentCents === 9_600_000,
    'everyone sees what was planned and what is; money is counted once, however often it is told',
  )

  const { reportDueAt } = await dreamNow()
  const due = Date.parse(reportDueAt)
  const days = (due - Date.now()) / 86_400_000
  teller.hold(days > 88 && days < 93, 'the first report is due in three months', { days })
  const job = (at: number) => ring(Math.ceil(at / MINUTE_MS / JOB_MINUTES) * MINUTE_MS * JOB_MINUTES)
  await job(due - 10 * 86_400_000)
  const reminded = await teller.get(eva, '/v1/me/news')
  teller.hold(
    reminded.items.some(({ kind, dream }: Body) => kind === 'report_due' && dream === wish),
    'the lab is reminded before',
    reminded,
  )
  teller.hold(!(await dreamNow()).reportOverdue, 'and the public is told nothing yet')
  await job(due + 60 * MINUTE_MS)
  await teller.until(
    dreamNow,
    ({ reportOverdue }) => reportOverdue,
    'no report came: everyone sees that it is overdue',
  )

  const report = {
    title: '640 名老师',
    body: '六个县的老师学会了急救。',
    figures: [{ name: '老师', value: 640, unit: '人' }],
  }
  await teller.post(ann, `/v1/dreams/${wish}/reports`, 'executor_only', report, 'first')
  const first = await teller.post(eva, `/v1/dreams/${wish}/reports`, 201, report, 'first')
  const same = await teller.post(eva, `/v1/dreams/${wish}/reports`, 201, report, 'first')
  teller.hold(first.id === same.id, 'a report whose answer was lost is published once', [first, same])
  await teller.post(eva, `/v1/reports/${first.id}/corrections`, 201, { text: '其中 12 名还在考试。' })
  await teller.until(
    dreamNow,
    ({ reportOverdue }) => !reportOverdue,
    'the report is there, and no longer overdue',
  )
  await teller.until(
    () => teller.get(null, `/v1/reports/${first.id}`),
    (read) => read.corrections.length === 1 && read.body === report.body,
    'what was wrong in it is said beside it',
  )
  const heard = await teller.get(bea, '/v1/me/news')
  teller.hold(
    heard.items.some(({ kind }: Body) => kind === 'report'),
    'Bea, whose wish was merged into this one, hears of it',
    heard,
  )
  await ask(teller, cast)
  await support(teller, cast)
  await teller.post(eva, `/v1/dreams/${wish}/reports`, 201, { ...report, title: '完成', final: true }, 'last')
  await teller.post(eva, `/v1/dreams/${wish}/moves`, 'operator_only', { to: 'completed' })
  await teller.post(operator, `/v1/dreams/${wish}/moves`, 200, { to: 'completed' })
  await teller.post(operator, `/v1/dreams/${wish}/moves`, 'move_not_allowed', {
    to: 'stopped',
    reason: 'Too late.',
  })
  await teller.until(dreamNow, ({ state }) => state === 'completed', 'the dream has come true')
}

/** People ask, and are answered in public. */
async function ask(teller: Teller, { operator, eva, givers, wish }: Cast): Promise<void> {
  const question = { kind: 'question', text: '教材可以下载吗?' }
  const { id } = await teller.post(givers[1] ?? null, `/v1/dreams/${wish}/questions`, 201, question)
  await teller.post(givers[2] ?? null, `/v1/questions/${id}/answers`, 'executor_only', { text: '可以。' })
  await teller.post(eva, `/v1/questions/${id}/answers`, 201, { text: '可以,在实验室的网站上。' })
  const concern = { kind: 'concern', text: '这是广告!!!' }
  const spam = await teller.post(givers[3] ?? null, `/v1/dreams/${wish}/questions`, 201, concern)
  await teller.post(operator, `/v1/questions/${spam.id}/hide`, 200, { reason: 'Advertising.' })
  const { items } = await teller.until(
    () => teller.get(null, `/v1/dreams/${wish}/questions`),
    ({ items }) => items.some((item: Body) => item.id === id && item.answers.length === 1),
    'a question is answered in public',
  )
  teller.hold(
    items.some((item: Body) => item.id === id && item.responseHours !== null),
    'with the time that took',
    items,
  )
  teller.hold(
    !JSON.stringify(items).includes('广告'),
    'what was moderated is not shown, but that it was, and why',
    items,
  )
  await teller.until(
    () => teller.get(null, `/v1/dreams/${wish}/feed.atom`),
    (atom) => String(atom).includes('<feed') && String(atom).includes('640 名老师'),
    'all of it is in the Atom feed',
  )
}

/** Someone helps, and their hours are confirmed. */
async function support(teller: Teller, { eva, givers, wish }: Cast): Promise<void> {
  const helper = givers[5] ?? null
  await teller.call(helper, 'PUT', '/v1/me/profile', 200, { name: '小红', contact: 'xiaohong@example.com' })
  const offer = { kind: 'volunteer', text: '我可以当助教。' }
  const { id } = await teller.post(helper, `/v1/dreams/${wish}/supporters`, 201, offer)
  await teller.post(helper, `/v1/supporters/${id}/hours`, 'state_conflict', {
    day: today(),
    minutes: 60,
    what: '助教',
  })
  await teller.post(eva, `/v1/supporters/${id}/invite`, 200, { text: '欢迎!' })
  const hours = await teller.post(helper, `/v1/supporters/${id}/hours`, 201, {
    day: today(),
    minutes: 90,
    what: '助教',
  })
  await teller.post(eva, `/v1/supporters/${id}/hours/${hours.id}/confirm`, 200)
  await teller.get(null, `/v1/supporters/${id}`, 'supporter_not_found')
  await teller.call(helper, 'PATCH', `/v1/supporters/${id}`, 200, { public: true })
  const page = await teller.get(null, `/v1/supporters/${id}`)
  teller.hold(
    JSON.stringify(page).includes('90') && page.name === '小红',
    "a supporter's page shows what they did",
    page,
  )
}

const today = (): string => new Date().toISOString().slice(0, 10)

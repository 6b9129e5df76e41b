import { beforeAll, describe, expect, it } from 'vitest'
import { plantCoCreator, plantFunded, sql } from './execution-calls.ts'
import { signInGuest, signInOperator, submit, visit } from './page-calls.ts'
import { plantProposal, plantProposals, rowOf } from './review-calls.ts'
import { freshId, plantDream, plantSeed, send, tokenFor } from './world.ts'

/** The operator's desk, first half: a dream's life, as a browser without script walks through it. */

let operator: string
let guest: string

beforeAll(async () => {
  await plantSeed()
  ;[operator, guest] = await Promise.all([signInOperator(), signInGuest()])
})

const look = async (path: string, lang: 'zh' | 'en' = 'en'): Promise<string> => {
  const answer = await visit(path, { cookie: operator, lang })
  expect({ path, status: answer.status }).toEqual({ path, status: 200 })
  return answer.text()
}

const act = (path: string, fields: Parameters<typeof submit>[1], cookie = operator) =>
  submit(path, fields, { cookie, lang: 'en' })

/** Holds an action to end in a redirect; returns where to. */
async function done(answer: Response): Promise<string> {
  expect(answer.status, answer.status === 303 ? '' : await answer.text()).toBe(303)
  return answer.headers.get('Location') ?? ''
}

const PAGES = [
  ...['/ops', '/ops/compare', '/ops/dreams', '/ops/organisations', '/ops/reports', '/ops/questions'],
  ...[
    '/ops/proposals/nothing',
    '/ops/campaigns/nothing',
    '/ops/dreams/nothing',
    '/ops/dreams/nothing/offers',
  ],
  ...['/ops/organisations/nothing', '/ops/questions/nothing'],
]

const ACTIONS = [
  ...['/ops/decisions', '/ops/compare', '/ops/campaigns', '/ops/organisations'],
  ...['notes', 'assignee', 'moves', 'publish'].map((each) => `/ops/proposals/nothing/${each}`),
  ...['close', 'grant', 'addenda', 'moves', 'amendments', 'offers', 'offers/withdraw'].map(
    (each) => `/ops/dreams/nothing/${each}`,
  ),
  ...['/ops/campaigns/nothing/extensions', '/ops/organisations/nothing/members'],
  ...['/ops/organisations/nothing/members/remove'],
  ...['resolve', 'hide', 'show'].map((each) => `/ops/questions/nothing/${each}`),
]

describe('who may come in', () => {
  it('asks whoever is not signed in to sign in, and lets them come back', async () => {
    const answers = await Promise.all(PAGES.map((path) => visit(path)))
    expect(answers.map((each) => [each.status, each.headers.get('Location')])).toEqual(
      PAGES.map((path) => [303, `/sign-in?to=${encodeURIComponent(path)}`]),
    )
  })

  it('tells a stranger nothing but that it is for operators, whether there is something or not', async () => {
    for (const path of PAGES)
      expect([path, (await visit(path, { cookie: guest })).status]).toEqual([path, 403])
    for (const path of ACTIONS) expect([path, (await act(path, {}, guest)).status]).toEqual([path, 403])
  })

  it('does nothing that another site asks for', async () => {
    const [id] = await plantProposals([{}])
    const fields = { proposal: id ?? '', to: 'in_review' }
    for (const path of ACTIONS) {
      const answer = await submit(path, fields, { cookie: operator, origin: 'https://evil.test' })
      expect([path, answer.status]).toEqual([path, 403])
    }
    expect((await rowOf(id ?? '')).state).toBe('proposed')
  })
})

describe('the queue', () => {
  it('finds by state, words, place and who looks at it, and goes on page by page', async () => {
    const place = freshId('place')
    const rows = Array.from({ length: 22 }, (_, n) => ({ title: `Choir ${n} of ${place}`, place }))
    const ids = await plantProposals([
      ...rows,
      { place, state: 'in_review', assignee: 'operator', title: 'Mine' },
    ])
    const first = await look(`/ops?state=proposed&place=${place}&order=oldest`)
    expect(first).toContain(`/ops/proposals/${ids[0]}`)
    expect(first).not.toContain(`/ops/proposals/${ids[20]}`)
    const next =
      /href="(\/ops\?[^"]*cursor=[^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await look(next)
    expect(second).toContain(`/ops/proposals/${ids[20]}`)
    expect(second).not.toContain(`/ops/proposals/${ids[0]}"`)
    const mine = await look(`/ops?assignee=me&place=${place}`)
    expect(mine.match(/name="proposal"/g)).toHaveLength(1)
    expect(await look(`/ops?assignee=nobody&place=${place}&q=Choir`)).toContain(`Choir 21 of ${place}`)
  })

  it('decides many at once and says what became of each', async () => {
    const place = freshId('place')
    const [one = '', two = '', other = ''] = await plantProposals([
      { place, title: 'The first' },
      { place, title: 'The second' },
      { place, title: 'The third', state: 'declined' },
    ])
    const answer = await act(`/ops/decisions?place=${place}`, {
      proposal: [one, two, other],
      to: 'in_review',
    })
    const page = await answer.text()
    expect(answer.status).toBe(200)
    expect(page).toContain('Done for 2 of 3.')
    expect(page).toContain('Not done: its state does not allow it')
    expect(page).toContain('The third')
    expect([(await rowOf(one)).state, (await rowOf(two)).state]).toEqual(['in_review', 'in_review'])
  })

  it('takes two hundred at once', async () => {
    const place = freshId('place')
    const ids = await plantProposals(Array.from({ length: 200 }, () => ({ place })))
    expect((await look(`/ops?place=${place}&size=200`)).match(/name="proposal"/g)).toHaveLength(200)
    const answer = await act('/ops/decisions', { proposal: ids, to: 'mine' })
    expect(await answer.text()).toContain('Done for 200 of 200.')
    expect((await rowOf(ids[199] ?? '')).assignee).toBe('operator')
  })

  it('declines nothing without a reason, and keeps what was ticked', async () => {
    const place = freshId('place')
    const [one = '', two = ''] = await plantProposals([
      { place, state: 'in_review' },
      { place, state: 'in_review' },
    ])
    const answer = await act(`/ops/decisions?place=${place}`, { proposal: one, to: 'declined', reason: ' ' })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('This needs a reason, which is public.')
    expect(page).toMatch(new RegExp(`value="${one}" checked`))
    expect(page).not.toMatch(new RegExp(`value="${two}" checked`))
    expect((await rowOf(one)).state).toBe('in_review')
  })
})

describe('a dream from proposal to wall', () => {
  it('is reviewed, merged into, published without script, and stands on the wall', async () => {
    const [wish = '', like = ''] = await plantProposals([
      { title: '山里的音乐教室', what: '给山里的孩子一间音乐教室' },
      { title: '山里的音乐课堂', what: '给山里的孩子上音乐课' },
    ])
    const at = `/ops/proposals/${wish}`
    expect(await look(at)).toContain(like)
    await done(await act(`${at}/assignee`, { assignee: 'me' }))
    await done(await act(`${at}/notes`, { text: 'Speaks for itself.' }))
    for (const id of [wish, like]) await done(await act(`/ops/proposals/${id}/moves`, { to: 'in_review' }))
    await done(await act(`${at}/moves`, { to: 'accepted' }))
    const read = await look(at)
    expect(read).toContain('Speaks for itself.')
    expect(read).toContain('Looked at by <bdi>operator</bdi>')

    const compare = `/ops/compare?ids=${wish}&ids=${like}`
    expect(await look(compare)).toContain('给山里的孩子上音乐课')
    const unsure = await act(compare, { into: wish, from: [wish, like] })
    expect([unsure.status, await unsure.text()]).toEqual([
      400,
      expect.stringContaining('Tick this to confirm.'),
    ])
    expect((await rowOf(like)).state).toBe('in_review')
    const merged = await done(await act(compare, { into: wish, from: [wish, like], confirm: 'yes' }))
    expect(merged).toBe(`${at}?done=merged`)
    expect(await look(merged)).toContain('2 proposers')
    expect((await rowOf(like)).merged_into).toBe(wish)

    const campaign = freshId('days')
    const made = await act('/ops/campaigns', {
      ...{ id: campaign, name: '音乐日', nameEn: 'Music days', rules: '一花一票。' },
      ...{ opensAt: '2020-01-01T08:00', closesAt: '2020-12-31T20:30' },
    })
    expect([made.status, await made.text()]).toEqual([400, expect.stringContaining('That is over already.')])
    const opensAt = `${new Date().getUTCFullYear()}-01-01T08:00`
    const closesAt = `${new Date().getUTCFullYear() + 1}-01-01T20:30`
    const days = {
      id: campaign,
      name: '音乐日',
      nameEn: 'Music days',
      rules: '一花一票。',
      opensAt,
      closesAt,
    }
    await done(await act('/ops/campaigns', days))
    const told = await (await send(`/v1/campaigns/${campaign}`)).json<{ closesAt: string }>()
    // On the clock of Asia/Shanghai, eight hours ahead.
    expect(told.closesAt).toBe(`${new Date().getUTCFullYear() + 1}-01-01T12:30:00.000Z`)
    expect(await look('/ops/dreams')).toContain('Music days')

    expect(await look(`${at}?campaign=${campaign}`)).toContain(`<option value="${campaign}" selected`)
    const asked = {
      campaign,
      quota: 'many',
      titleEn: 'A music room',
      summary: 'Kept as it was typed.',
      confirm: 'yes',
    }
    const wrong = await act(`${at}/publish`, asked)
    const shown = await wrong.text()
    expect([wrong.status, shown]).toEqual([400, expect.stringContaining('This must be a number.')])
    expect(shown).toContain('Kept as it was typed.')
    const published = await done(await act(`${at}/publish`, { ...asked, quota: '500' }))
    expect(published).toBe(`/ops/dreams/${wish}?done=published`)
    expect(await look(published)).toContain('The dream is published')
    expect(await look(`/ops/campaigns/${campaign}`)).toContain('A music room')
    const settled = await look(compare)
    expect(settled).toContain('Published already, and no longer merged')
    expect(settled).not.toContain('action="/ops/compare')

    // The wall pages through the catalogue; the newest stands last.
    let wall = ''
    for (let path: string | undefined = '/'; path; ) {
      const page = await (await visit(path, { lang: 'en' })).text()
      wall += page
      path = /href="([^"]*cursor=[^"]*)" rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(wall).toContain('A music room')
  })

  it('says that someone else was faster, and shows how it is now', async () => {
    const id = await plantProposal({ state: 'in_review' })
    await done(await act(`/ops/proposals/${id}/moves`, { to: 'declined', reason: 'For oneself.' }))
    const late = await act(`/ops/proposals/${id}/moves`, { to: 'accepted' })
    const page = await late.text()
    expect(late.status).toBe(409)
    expect(page).toContain('Someone else was faster')
    expect(page).toContain('Declined')
    expect(page).toContain('For oneself.')
  })
})

describe('what becomes of a dream', () => {
  it('is offered, granted once in exact cents, begun, stopped and never without a word', async () => {
    const { dream } = await plantFunded()
    const lab = freshId('lab')
    const fields = {
      id: lab,
      name: '实验室',
      nameEn: 'The lab',
      kind: 'lab',
      about: '',
      contact: 'lab@flowers.test',
    }
    await done(await act('/ops/organisations', fields))
    const twice = await act('/ops/organisations', fields)
    expect([twice.status, await twice.text()]).toEqual([
      409,
      expect.stringContaining('There is one with this id'),
    ])
    await done(await act(`/ops/organisations/${lab}/members`, { user: 'eva.lab', role: 'admin' }))
    const inside = await look(`/ops/organisations/${lab}`)
    expect(inside).toContain('eva.lab')
    expect(inside).toContain('lab@flowers.test')

    const offers = `/ops/dreams/${dream}/offers`
    await done(await act(offers, { organisation: lab, message: 'Will you?' }))
    const again = await act(offers, { organisation: lab, message: 'Will you?' })
    expect([again.status, await again.text()]).toEqual([
      409,
      expect.stringContaining('It was offered to this'),
    ])
    expect(await look(offers)).toContain('Will you?')
    await plantCoCreator(dream, lab)

    const at = `/ops/dreams/${dream}`
    const grant = {
      amount: '1,234.5',
      currency: 'cny',
      organisation: lab,
      terms: 'In two parts.',
      confirm: 'yes',
    }
    const odd = await act(`${at}/grant`, { ...grant, amount: '1.234' })
    const oddly = await odd.text()
    expect([odd.status, oddly]).toEqual([400, expect.stringContaining('This must be a number.')])
    expect(oddly).toContain('In two parts.')
    await sql(
      "UPDATE offers SET state = 'taken' WHERE dream = ?1 AND organisation = ?2 AND state = 'open'",
      dream,
      lab,
    )
    await done(await act(`${at}/grant`, grant))
    expect(await (await send(`/v1/dreams/${dream}/grant`)).json()).toMatchObject({
      ...{ amountCents: 123_450, currency: 'CNY', organisation: lab },
    })
    await done(await act(`${at}/addenda`, { text: 'The second part in May.', reason: 'The school asked.' }))
    await done(await act(`${at}/amendments`, { field: 'place', text: 'Nujiang', reason: 'A slip.' }))
    await done(await act(`${at}/moves`, { to: 'executing' }))
    const early = await act(`${at}/moves`, { to: 'completed', confirm: 'yes' })
    expect([early.status, await early.text()]).toEqual([409, expect.stringContaining('by its final report')])
    const silent = await act(`${at}/moves`, { to: 'stopped', confirm: 'yes', reason: '' })
    expect([silent.status, await silent.text()]).toEqual([
      422,
      expect.stringContaining('This needs a reason'),
    ])
    await done(await act(`${at}/moves`, { to: 'stopped', confirm: 'yes', reason: 'A flood.' }))
    const page = await look(at)
    for (const text of ['CNY 1,234.50', 'The second part in May.', 'Nujiang', 'Stopped'])
      expect(page).toContain(text)
  })

  it('stops collecting only when that is confirmed', async () => {
    const dream = await plantDream()
    const unsure = await act(`/ops/dreams/${dream}/close`, {})
    expect(unsure.status).toBe(400)
    expect(await (await send(`/v1/dreams/${dream}`)).json()).toMatchObject({ collecting: true })
    expect(await look(await done(await act(`/ops/dreams/${dream}/close`, { confirm: 'yes' })))).toContain(
      'no more flowers',
    )
  })

  it('shows which reports are overdue, the longest first', async () => {
    const [late, soon] = [await plantFunded(), await plantFunded()]
    const day = 24 * 60 * 60 * 1_000
    for (const [{ dream }, dueAt] of [
      [soon, Date.now() + 3 * day],
      [late, Date.now() - 2.5 * day],
    ] as const)
      await sql('UPDATE dreams SET report_due_at = ?2 WHERE id = ?1', dream, dueAt)
    const page = await look('/ops/reports')
    expect(page.indexOf(late.dream)).toBeGreaterThan(0)
    expect(page.indexOf(late.dream)).toBeLessThan(page.indexOf(soon.dream))
    expect(page).toContain('3 days late')
    expect(page).toContain('3 days left')
  })

  it('settles a raised concern, hides its text and shows it again, each with a public word', async () => {
    const { dream } = await plantFunded()
    const as = async (user: string) => ({
      Authorization: `Bearer ${await tokenFor(user)}`,
      'Content-Type': 'application/json',
    })
    const post = async (path: string, user: string, body: object) =>
      (await send(path, { method: 'POST', headers: await as(user), body: JSON.stringify(body) })).json<{
        id: string
      }>()
    const text = '<img src=x onerror=alert(1)> Where is the money?'
    const { id } = await post(`/v1/dreams/${dream}/questions`, freshId('asker'), { kind: 'concern', text })
    await post(`/v1/questions/${id}/raise`, freshId('raiser'), { reason: 'No answer came.' })
    expect(await look('/ops/questions')).toContain(id)
    const at = `/ops/questions/${id}`
    const page = await look(at)
    expect(page).toContain('No answer came.')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; Where')
    const silent = await act(`${at}/hide`, { reason: ' ' })
    expect([silent.status, await silent.text()]).toEqual([
      422,
      expect.stringContaining('This needs a reason'),
    ])
    await done(await act(`${at}/hide`, { reason: 'It names someone.' }))
    // Operators go on reading what is hidden from others.
    expect(await look(at)).toContain('Where is the money?')
    expect((await act(`${at}/resolve`, { text: 'Here.' })).status).toBe(409)
    await done(await act(`${at}/show`, { reason: 'The name is out.' }))
    await done(await act(`${at}/resolve`, { text: 'The accounts are on their page.' }))
    expect(await look(at)).toContain('The accounts are on their page.')
    expect(await look('/ops/questions')).not.toContain(id)
  })
})

it('shows hostile text harmlessly, wherever an operator reads it', async () => {
  const title = '"><script>alert(1)</script>\u202e'
  const [id = '', like = ''] = await plantProposals([
    { title, what: `${title} 音乐教室`, place: title, state: 'in_review' },
    { title: `${title} 音乐教室`, what: '音乐教室', place: '云南' },
  ])
  await done(await act(`/ops/proposals/${id}/notes`, { text: title }))
  const moved = await act('/ops/decisions', { proposal: id, to: 'accepted', reason: title })
  const pages = [
    await moved.text(),
    await look('/ops', 'zh'),
    await look(`/ops/proposals/${id}`, 'zh'),
    await look(`/ops/proposals/${like}`, 'zh'),
    await look(`/ops/compare?ids=${id},${like}`),
    await look(`/ops/dreams/${id}/offers`),
    await look(`/ops?q=${encodeURIComponent(title)}&assignee=${encodeURIComponent(title.slice(0, 20))}`),
  ]
  for (const page of pages) {
    expect(page).not.toContain('<script>alert')
    expect(page).not.toMatch(/<script(?! src=)/)
  }
  for (const page of pages.slice(0, 6)) expect(page).toContain('&lt;script&gt;')
})

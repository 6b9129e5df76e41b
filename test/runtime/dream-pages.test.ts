import { describe, expect, it } from 'vitest'
import { type LivedDream, plantLived } from './dream-calls.ts'
import { plantExecuting, sql } from './execution-calls.ts'
import { signInGuest, submit, visit } from './page-calls.ts'
import { freshId, plantDream, sendWith, world } from './world.ts'

const DAY_MS = 24 * 3_600_000

/** A page's text and its title. */
async function read(path: string, visitor: Parameters<typeof visit>[1] = {}): Promise<string> {
  const answer = await visit(path, visitor)
  expect(answer.status, path).toBe(200)
  return answer.text()
}

/** How often each element with one of these names, ids or attributes is in a page, as a parser of HTML sees it. */
async function countTags(text: string, selectors: readonly string[]): Promise<number> {
  let found = 0
  const rewriter = new HTMLRewriter()
  for (const selector of selectors) rewriter.on(selector, { element: () => void found++ })
  await rewriter.transform(new Response(text)).text()
  return found
}

const plain = { say: (what: string) => `the ${what}` }

let planted: Promise<LivedDream> | undefined

/** A dream with everything, for tests that only look at it. */
const lived = (): Promise<LivedDream> => {
  planted ??= plantLived(plain)
  return planted
}

/** The database, but for statements that name what is silent. */
function databaseWithout(silent: RegExp) {
  return {
    prepare(text: string) {
      if (silent.test(text)) throw new Error('silent')
      return world.DB.prepare(text)
    },
    batch: (statements: D1PreparedStatement[]) => world.DB.batch(statements),
  }
}

describe('the page of a dream', () => {
  it('shows everything that became of it, in both languages', async () => {
    const { dream, report } = await lived()
    const parts = {
      zh: [
        '执行中',
        '它的故事',
        '执行与成效',
        '反馈',
        '提问与质疑',
        '梦想合伙人',
        '历程',
        '¥10,000',
        '1.5 小时',
      ],
      en: [
        ...[
          'Being carried out',
          'Its story',
          'Carrying it out',
          'Reports',
          'Questions and concerns',
          'Partners',
        ],
        ...['What happened', 'CN¥10,000', '1.5 hours'],
      ],
    }
    for (const lang of ['zh', 'en'] as const) {
      const text = await read(`/dreams/${dream}`, { lang })
      for (const part of parts[lang]) expect(text).toContain(part)
      const said = ['summary', 'what', 'forWhom', 'place', 'howMany', 'why', 'amended', 'amendment reason']
      const done = ['terms', 'addendum', 'milestone', 'evidence', 'measure', 'budget line', 'report']
      const asked = ['question', 'answer', 'settled concern', 'resolution', 'hidden reason', 'concern']
      for (const name of [...said, ...done, ...asked]) expect(text).toContain(`the ${name}<`)
      expect(text).toContain(`the ${lang === 'zh' ? 'title' : 'titleEn'}</bdi></h1>`)
      expect(text).toContain(`the ${lang === 'zh' ? 'organisation' : 'organisationEn'}<`)
      for (const link of [
        `/reports/${report}`,
        `/v1/dreams/${dream}/feed.atom?lang=${lang}`,
        `/dreams/${dream}/badge`,
      ])
        expect(text).toContain(`href="${link}"`)
      expect(text).toContain('src="/pictures/picture_2"')
      expect(text).not.toContain('advertising')
      expect(text).not.toContain('reason for operators alone')
      expect(text.match(/<h1/g)).toHaveLength(1)
    }
  })

  it('has no parts for what a dream of its state cannot have, and tells what will come', async () => {
    const dream = await plantDream()
    const text = await read(`/dreams/${dream}`, { lang: 'en' })
    for (const heading of ['Its story', 'Carrying it out', 'Reports'])
      expect(text).not.toContain(`>${heading}<`)
    expect(text).toContain('After funding you will find its milestones, measures and reports here.')
    expect(text).toContain('more to reach its quota')
  })

  it('says what went back of a dream that expired', async () => {
    const dream = await plantDream({ opensAt: Date.now() - DAY_MS, closesAt: Date.now() - 1_000 })
    await sql(
      "UPDATE dreams SET state = 'closed', expired_at = ?2, returned_flowers = 77, returned_pledges = 12, returned_at = ?2 WHERE id = ?1",
      ...[dream, Date.now()],
    )
    const text = await read(`/dreams/${dream}`, { lang: 'en' })
    expect(text).toContain('All 77 flowers of 12 gifts went back to their givers')
    expect(text).not.toContain('After funding')
    expect(await read(`/dreams/${dream}`)).toContain('收到的 77 朵小红花（12 次送花）已在')
  })

  it('says plainly that a report is overdue', async () => {
    const { dream } = await plantExecuting(Date.now() - 100 * DAY_MS)
    await sql(
      "UPDATE dreams SET report_due_at = ?2, report_state = 'overdue' WHERE id = ?1",
      ...[dream, Date.now() - DAY_MS],
    )
    expect(await read(`/dreams/${dream}`)).toMatch(/role="alert">反馈逾期了/)
    expect(await read(`/dreams/${dream}`, { lang: 'en' })).toMatch(/role="alert">A report is overdue/)
  })

  it('costs no call of a Durable Object', async () => {
    const { dream, report } = await lived()
    const DREAM = {
      getByName() {
        throw new Error('a view asked an object')
      },
    }
    for (const path of ['', '/questions', '/reports', '/news', '/history', '/progress'])
      expect((await sendWith({ DREAM, LINE: DREAM }, `/dreams/${dream}${path}`)).status, path).toBe(200)
    expect((await sendWith({ DREAM }, `/reports/${report}`)).status).toBe(200)
  })

  it('shows the rest while parts do not answer, and says so in each of them', async () => {
    // A dream of its own, so that no part of it is in a cache.
    const { dream } = await plantLived(plain)
    const DB = databaseWithout(/questions|reports|supporters/)
    const answer = await sendWith({ DB }, `/dreams/${dream}`, { headers: { 'Accept-Language': 'en' } })
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    for (const part of ['reports', 'questions', 'partners'])
      expect(text).toMatch(new RegExp(`id="${part}-title">[^<]*</h2><p class="notice wait">This part is not`))
    expect(text.match(/This part is not available right now/g)).toHaveLength(3)
    for (const said of ['what', 'amended', 'milestone', 'budget line']) expect(text).toContain(`the ${said}<`)
  })

  it('is a page a person understands where there is no such dream or report', async () => {
    for (const path of ['/dreams/none', '/dreams/none/questions', '/dreams/none/reports', '/reports/none']) {
      const answer = await visit(path, { lang: 'en' })
      expect(answer.status, path).toBe(404)
      expect(await answer.text(), path).toMatch(/<h1>There is (no such dream|nothing here)<\/h1>/)
    }
  })
})

describe('what is done on the page of a dream', () => {
  it('follows and follows no longer, without script', async () => {
    const dream = await plantDream()
    const cookie = await signInGuest()
    const path = `/dreams/${dream}`
    expect(await read(path, { cookie })).toContain(`action="${path}/follow"`)
    const followed = await submit(`${path}/follow`, {}, { cookie })
    expect(followed.status).toBe(303)
    expect(followed.headers.get('Location')).toBe(`${path}?done=followed`)
    const after = await read(`${path}?done=followed`, { cookie })
    expect(after).toContain(`action="${path}/unfollow"`)
    expect(after).toContain('已经关注')
    expect((await submit(`${path}/unfollow`, {}, { cookie })).headers.get('Location')).toBe(
      `${path}?done=unfollowed`,
    )
    expect(await read(path, { cookie })).toContain(`action="${path}/follow"`)
  })

  it('asks a question, and shows a refused one again with what is wrong', async () => {
    const dream = await plantDream()
    const cookie = await signInGuest()
    const path = `/dreams/${dream}`
    const refused = await submit(`${path}/questions`, { kind: 'concern', text: ' ' }, { cookie, lang: 'en' })
    expect(refused.status).toBe(400)
    const form = await refused.text()
    expect(form).toContain('id="ask-text-error"')
    expect(form).toMatch(/value="concern" checked/)
    const text = `${'x'.repeat(1_001)}<b>`
    const long = await submit(`${path}/questions`, { kind: 'nonsense', text }, { cookie })
    expect(long.status).toBe(400)
    const again = await long.text()
    expect(again).toContain(`${'x'.repeat(1_001)}&lt;b&gt;</textarea>`)
    expect(again).toContain('id="ask-kind-error"')
    const asked = await submit(`${path}/questions`, { kind: 'question', text: 'Where?' }, { cookie })
    expect(asked.headers.get('Location')).toBe(`${path}?done=asked#questions`)
    await expect.poll(() => read(path)).toContain('<p dir="auto">Where?</p>')
  })

  it('tells whoever asks too much when to come back', async () => {
    const dream = await plantDream()
    const cookie = await signInGuest()
    const ask = () =>
      submit(`/dreams/${dream}/questions`, { kind: 'question', text: 'And?' }, { cookie, lang: 'en' })
    for (let n = 0; n < 5; n++) expect((await ask()).status).toBe(303)
    const refused = await ask()
    expect(refused.status).toBe(429)
    const text = await refused.text()
    expect(text).toContain('Come back in 60 minutes.')
    expect(text).toContain('And?</textarea>')
  })

  it('raises a concern to the operators, once', async () => {
    const { dream, concern } = await plantLived(plain)
    const cookie = await signInGuest()
    const path = `/dreams/${dream}/questions/${concern}`
    expect(await read(`/dreams/${dream}`)).toContain(`href="${path}"`)
    expect(await read(path, { cookie })).toContain(`action="${path}/raise"`)
    expect((await submit(`${path}/raise`, { reason: '' }, { cookie })).status).toBe(422)
    const raised = await submit(`${path}/raise`, { reason: 'Look at it.' }, { cookie })
    expect(raised.headers.get('Location')).toBe(`/dreams/${dream}?done=raised#questions`)
    const again = await submit(`${path}/raise`, { reason: 'Look at it.' }, { cookie, lang: 'en' })
    expect(again.status).toBe(409)
    expect(await again.text()).toContain('You did this already')
  })

  it('offers to help, and shows a refused offer again', async () => {
    const dream = await plantDream()
    const cookie = await signInGuest()
    const path = `/dreams/${dream}/help`
    expect((await visit(path)).headers.get('Location')).toBe(`/sign-in?to=${encodeURIComponent(path)}`)
    expect(await read(path, { cookie })).toContain(`action="${path}"`)
    const refused = await submit(path, { kind: 'skill', text: '' }, { cookie })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toMatch(/value="skill" checked[\s\S]*id="help-text-error"/)
    const offered = await submit(path, { kind: 'skill', text: '护士' }, { cookie })
    expect(offered.headers.get('Location')).toBe(`/dreams/${dream}?done=offered#partners`)
    expect((await submit(path, { kind: 'skill', text: '护士' }, { cookie })).status).toBe(409)
  })

  it('does nothing for another site, and leads whoever is not signed in to signing in', async () => {
    const { dream, concern } = await lived()
    const cookie = await signInGuest()
    for (const [path, fields] of [
      ['follow', {}],
      ['unfollow', {}],
      ['questions', { kind: 'question', text: 'From elsewhere' }],
      [`questions/${concern}/raise`, { reason: 'From elsewhere' }],
      ['help', { kind: 'skill', text: 'From elsewhere' }],
    ] as const) {
      const action = `/dreams/${dream}/${path}`
      const foreign = await submit(action, fields, { cookie, origin: 'https://elsewhere.example' })
      expect(foreign.status, path).toBe(403)
      const nobody = await submit(action, fields)
      expect(nobody.status, path).toBe(303)
      expect(nobody.headers.get('Location'), path).toMatch(/^\/sign-in\?to=/)
    }
    const written = await world.DB.prepare(
      "SELECT (SELECT count(*) FROM questions WHERE text = 'From elsewhere') + (SELECT count(*) FROM supporters WHERE text = 'From elsewhere') AS n",
    ).first()
    expect(written).toEqual({ n: 0 })
  })
})

describe('the pages under a dream', () => {
  it('show a report whole, with what was wrong in it, and lead back', async () => {
    const { dream, report } = await lived()
    for (const lang of ['zh', 'en'] as const) {
      const text = await read(`/reports/${report}`, { lang })
      for (const said of ['report body', 'second paragraph', 'correction', 'figure'])
        expect(text).toContain(`the ${said}<`)
      expect(text).toContain('the report</bdi></h1>')
      expect(text).toContain(`href="/dreams/${dream}"`)
    }
  })

  it('go on page by page', async () => {
    const dream = await plantDream()
    for (let n = 1; n <= 25; n++)
      await sql(
        "INSERT INTO questions (id, dream, kind, text, author, asked_at, state) VALUES (?1, ?2, 'question', ?3, ?4, ?5, 'open')",
        ...[freshId('qst'), dream, `Question ${n}.`, freshId('asker'), n],
      )
    const first = await read(`/dreams/${dream}`)
    expect(first.match(/Question \d+\./g)).toHaveLength(5)
    expect(first).toContain(`href="/dreams/${dream}/questions" rel="next"`)
    const page = await read(`/dreams/${dream}/questions`)
    expect(page.match(/Question \d+\./g)).toHaveLength(20)
    const next = /href="([^"]+cursor=[^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await read(next)).match(/Question \d+\./g)).toEqual([5, 4, 3, 2, 1].map((n) => `Question ${n}.`))
    expect((await visit(`/dreams/${dream}/questions?cursor=nonsense`)).status).toBe(400)
  })

  it('show every line of progress with what it is of', async () => {
    const { dream } = await lived()
    const text = await read(`/dreams/${dream}/progress`, { lang: 'en' })
    for (const said of ['milestone', 'evidence', 'measure', 'reading', 'budget line', 'spending'])
      expect(text).toContain(`the ${said}<`)
    expect(text).toContain('CN¥1,234.56 spent')
    expect(text).toContain('from 0 to 640')
  })
})

describe('text that someone wrote against the page', () => {
  it('makes no element, no attribute and no link', async () => {
    const attack = `<script src=/x></script><img src=x onerror=alert(1)>"'><a href="javascript:alert(1)" onclick='x'>&lt;b&gt;\u202e\u2067`
    const hostile = { say: (what: string) => `${attack}${what.slice(0, 3)}`.slice(0, 190) }
    const texts = new Map<string, string>()
    const visitOf = async ({ dream, report, concern }: LivedDream) => {
      const paths = [
        '',
        '/questions',
        `/questions/${concern}`,
        '/reports',
        '/news',
        '/history',
        '/progress',
        '/help',
      ]
      const cookie = await signInGuest()
      for (const path of [...paths.map((each) => `/dreams/${dream}${each}`), `/reports/${report}`])
        for (const lang of ['zh', 'en'] as const)
          texts.set(`${lang} ${path}`, await read(path, { lang, cookie }))
    }
    await visitOf(await plantLived(hostile))
    expect(texts.size).toBe(18)
    for (const [path, text] of texts) {
      expect(text, path).toContain('&lt;script src=/x')
      const made = [
        'script:not([src^="/assets/"])',
        'img[onerror]',
        '[onclick]',
        '[onerror]',
        'a[href^="javascript:"]',
      ]
      expect(await countTags(text, [...made, 'b']), path).toBe(0)
    }
  })
})

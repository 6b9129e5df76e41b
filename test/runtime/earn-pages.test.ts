import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { questions } from '../../src/quiz/questions.ts'
import { signInGuest, submit, type Visitor, visit } from './page-calls.ts'
import { run } from './supporter-calls.ts'
import { freshId, plantSeed, send, sendWith } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

beforeAll(plantSeed)
afterEach(() => {
  vi.useRealTimers()
})

async function pageOf(visitor: Visitor, path = '/earn'): Promise<string> {
  const answer = await visit(path, visitor)
  expect(answer.status).toBe(200)
  return answer.text()
}

interface Offered {
  readonly question: string
  readonly choices: readonly { readonly id: string; readonly text: string }[]
}

/** The question that a page asks; null where it asks none. */
function offeredOn(page: string): Offered | null {
  const question = /name="question" value="([^"]+)"/.exec(page)?.[1]
  if (!question) return null
  const choices = [...page.matchAll(/name="choice" value="([^"]+)"[^>]*\/>([^<]*)</g)]
  return { question, choices: choices.map(([, id = '', text = '']) => ({ id, text })) }
}

function chosen({ question, choices }: Offered, right: boolean): Record<string, string> {
  const known = questions.find(({ id }) => id === question)
  const texts = known?.choices[known.right]?.map(written)
  const choice = choices.find(({ text }) => (texts?.includes(text) ?? false) === right)
  if (!choice) throw new Error(`${question} has no such choice`)
  return { question, choice: choice.id }
}

async function answer(visitor: Visitor, right = true): Promise<Response> {
  const offered = offeredOn(await pageOf(visitor))
  if (!offered) throw new Error('nothing is asked')
  return submit('/earn/answers', chosen(offered, right), visitor)
}

/** The page that an answer leads to. */
async function told(visitor: Visitor, right = true): Promise<string> {
  const answered = await answer(visitor, right)
  expect(answered.status).toBe(303)
  return pageOf(visitor, answered.headers.get('Location') ?? '')
}

/** A text as a page writes it. */
const written = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

const guest = async (lang: 'zh' | 'en' = 'zh'): Promise<Visitor> => ({ cookie: await signInGuest(), lang })

describe('the page of what earns', () => {
  it('shows everyone what earns and the way to sign in, which comes back here', async () => {
    for (const lang of ['zh', 'en'] as const) {
      const page = await pageOf({ lang })
      expect(page).toContain('href="/sign-in?to=/earn"')
      expect(page).toContain(lang === 'zh' ? '每走 10,000 步得 1 朵' : '1 flower for every 10,000 steps')
      expect(page).toContain(lang === 'zh' ? '每满 30 分钟得 1 朵' : '1 flower for every 30 minutes')
      expect(page).toContain(
        lang === 'zh' ? '每满 100（按这条业务线自己的计量）' : '100 (in its own measure)',
      )
      expect(offeredOn(page)).toBeNull()
    }
  })

  it('shows whoever is signed in how much is left of each', async () => {
    const visitor = await guest()
    expect(await pageOf(visitor)).toContain('还能得 5 朵')
    const page = await told(visitor)
    expect(page).toMatch(/今天已得 1 朵<\/span><span>还能得 4 朵/)
  })

  it('shows the names of lines as text, whatever is in them', async () => {
    const id = freshId('line')
    const name = '<script>alert(1)</script>\u202e"&'
    await run(`INSERT INTO lines (id, name, name_en, kinds) VALUES (?, ?, '', '["act"]')`, id, name)
    await run(
      `INSERT INTO earning_rules (line, kind, version, state, per, flowers, created_at) VALUES (?, 'act', 1, 'active', 1, 1, 0)`,
      id,
    )
    const page = await pageOf(await guest())
    expect(page).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;</bdi>')
    expect(page).not.toContain('<script>alert')
    await run('DELETE FROM lines WHERE id = ?', id)
  })
})

describe('the quiz, without script', () => {
  it('asks one question after the other, tells each result in words, and ends with the way to give', async () => {
    const visitor = await guest()
    for (let n = 1; n <= 5; n++) {
      const page = await told(visitor, n !== 3)
      if (n === 3) expect(page).toContain('这题没答对')
      else expect(page).toContain(`答对了！得到 1 朵小红花，你现在有 ${n < 3 ? n : n - 1} 朵。`)
      if (n < 5) expect(page).toContain(`第 ${n + 1} 题，共 5 题`)
      else {
        expect(offeredOn(page)).toBeNull()
        expect(page).toContain('答对 4 题，得到 4 朵小红花')
      }
    }
    expect(await pageOf({ ...visitor, lang: 'en' })).toContain('4 of 5 right, 4 flowers earned')
  })

  it('goes on for a newcomer without a right answer, and shows no way to give nothing', async () => {
    const visitor = await guest()
    const toGive = /<a class="button[^"]*" href="\/">/
    for (let n = 1; n <= 12; n++) {
      const page = await told(visitor, false)
      expect(page).not.toMatch(toGive)
      expect(page.includes('下面还有一题')).toBe(n < 12)
      expect(page.includes('再来一题')).toBe(n >= 5 && n < 12)
      expect(offeredOn(page) === null).toBe(n === 12)
    }
    expect(await pageOf(visitor)).toContain('明天有新的五题')
    const other = await guest('en')
    for (let n = 1; n <= 5; n++) await told(other, false)
    expect(await pageOf(other)).toContain('One more')
    const page = await told(other)
    expect(offeredOn(page)).toBeNull()
    expect(page).toContain('Right! You earned a flower and have 1 now.')
    expect(page).toMatch(toGive)
  })

  it('leads to what became of an answer, where a keyboard goes on', async () => {
    const visitor = await guest()
    for (const right of [true, false]) {
      const answered = await answer(visitor, right)
      const path = answered.headers.get('Location') ?? ''
      expect(path).toMatch(/^\/earn\?answered=[a-z0-9-]+#outcome$/)
      expect(await pageOf(visitor, path)).toMatch(/<div id="outcome" tabindex="-1"><div class="notice/)
    }
    expect(await pageOf(visitor)).not.toContain('id="outcome"')
  })

  it('never sends anything that tells which choice is right', async () => {
    const assets = await Promise.all(
      [...(await pageOf({})).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(async ([, path = '']) =>
        (await send(path.replaceAll('&amp;', '&'))).text(),
      ),
    )
    expect(assets.length).toBeGreaterThanOrEqual(3)
    const described = await (await send('/v1/openapi.json')).text()
    const places = new Set<number>()
    for (let n = 0; n < 12; n++) {
      const visitor = await guest(n % 2 === 0 ? 'zh' : 'en')
      const page = await pageOf(visitor)
      const offered = offeredOn(page)
      const question = questions.find(({ id }) => id === offered?.question)
      if (!offered || !question) throw new Error('nothing is asked')
      const lang = n % 2 === 0 ? 0 : 1
      const right = written(question.choices[question.right]?.[lang] ?? '')
      places.add(offered.choices.findIndex(({ text }) => text === right))
      // Every choice is written alike but for its id and its text.
      const form = /<fieldset>.*?<\/fieldset>/s.exec(page)?.[0] ?? ''
      const shapes = offered.choices.map(({ id, text }) => {
        const at = form.indexOf(`value="${id}"`)
        const label = form.slice(form.lastIndexOf('<label', at), form.indexOf('</label>', at))
        return label.replace(id, '').replace(text, '')
      })
      expect(new Set(shapes).size).toBe(1)
      for (const { because } of questions)
        for (const text of because)
          for (const sent of [page, described, ...assets]) expect(sent).not.toContain(written(text))
      // Nor after a wrong answer.
      const after = await told(visitor, lang === 1)
      if (lang === 0) expect(after).not.toContain(written(question.because[0]))
    }
    expect(places.size).toBeGreaterThan(1)
    for (const sent of [described, ...assets])
      for (const { text } of questions) expect(sent).not.toContain(text[0])
  })

  it('asks for a choice where none was made, and takes the first answer alone', async () => {
    const visitor = await guest()
    const offered = offeredOn(await pageOf(visitor))
    if (!offered) throw new Error('nothing is asked')
    const unchosen = await submit('/earn/answers', { question: offered.question }, visitor)
    expect(unchosen.status).toBe(400)
    expect(await unchosen.text()).toContain('先选一个答案')
    await submit('/earn/answers', chosen(offered, false), visitor)
    const second = await submit('/earn/answers', chosen(offered, true), visitor)
    const page = await pageOf(visitor, second.headers.get('Location') ?? '')
    expect(page).toContain('第一次的回答算数')
    expect(page).toContain('这题没答对')
    expect(page).toContain(
      '你现在有 <span class="flowers"><span aria-hidden="true">✿ </span><span class="count">0',
    )
  })

  it('tells an answer of a page of yesterday so, and one made by hand', async () => {
    const visitor = await guest()
    const offered = offeredOn(await pageOf(visitor))
    if (!offered) throw new Error('nothing is asked')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY_MS })
    const late = await submit('/earn/answers', chosen(offered, true), visitor)
    expect(await pageOf(visitor, late.headers.get('Location') ?? '')).toContain('那是昨天的题')
    vi.useRealTimers()
    const odd = await submit('/earn/answers', { question: '"><b>', choice: '<i>' }, visitor)
    expect(await pageOf(visitor, odd.headers.get('Location') ?? '')).not.toMatch(/<b>|<i>/)
  })

  it('tells that the cap of the day is reached', async () => {
    const visitor = await guest()
    await told(visitor)
    const newest = 'SELECT user FROM quiz_answers ORDER BY at DESC LIMIT 1'
    await run(`UPDATE tallies SET flowers = 5 WHERE subject = 'quiz/quiz' AND user = (${newest})`)
    const page = await told(visitor)
    expect(page).toContain('今天从益答能得的花已经得满')
    expect(page).toContain('今天已得满')
    expect(await told({ ...visitor, lang: 'en' })).toContain('you have earned all that the quiz gives a day')
  })

  it('is not there where nobody can sign for it; the rest of the page is', async () => {
    const visitor = await guest()
    await run(`UPDATE lines SET state = 'closed' WHERE id = 'quiz'`)
    const page = await pageOf(visitor)
    expect(offeredOn(page)).toBeNull()
    expect(page).not.toContain('每日益答')
    expect(page).toContain('运动捐步')
    await run(`UPDATE lines SET state = 'active' WHERE id = 'quiz'`)
  })

  it('takes no answer from another site, nor from nobody', async () => {
    const visitor = await guest()
    const fields = chosen(offeredOn(await pageOf(visitor)) as Offered, true)
    const strange = await submit('/earn/answers', fields, { ...visitor, origin: 'https://evil.test' })
    expect(strange.status).toBe(403)
    const nobody = await submit('/earn/answers', fields)
    expect(nobody.headers.get('Location')).toMatch(/^\/sign-in\?to=/)
    expect(await pageOf(visitor)).toContain('第 1 题')
  })
})

describe('an outage of the line', () => {
  it('keeps the answer, says so, and the next look brings the flower', async () => {
    const visitor = await guest()
    const offered = offeredOn(await pageOf(visitor)) as Offered
    const LINE = { getByName: () => ({ report: () => Promise.reject(new Error('lost')) }) }
    const init = {
      method: 'POST',
      headers: {
        Origin: 'http://localhost',
        'Content-Type': 'application/x-www-form-urlencoded',
        Cookie: visitor.cookie ?? '',
      },
      body: new URLSearchParams(chosen(offered, true)).toString(),
    }
    const answered = await sendWith({ LINE }, '/earn/answers', init)
    expect(answered.status).toBe(303)
    const path = answered.headers.get('Location') ?? ''
    const amid = await sendWith({ LINE }, path, {
      headers: { Cookie: visitor.cookie ?? '', Accept: 'text/html' },
    })
    expect(await amid.text()).toContain('小红花正在路上')
    expect(await pageOf(visitor, path)).toContain('答对了！得到 1 朵小红花，你现在有 1 朵。')
  })
})

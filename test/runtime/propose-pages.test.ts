import { beforeAll, describe, expect, it } from 'vitest'
import { signInGuest, submit, type Visitor, visit } from './page-calls.ts'
import { PNG, PROPOSAL } from './proposal-calls.ts'
import { run } from './supporter-calls.ts'
import { freshId, plantDream, plantSeed, send, world } from './world.ts'

const ORIGIN = 'http://flowers.test'

beforeAll(plantSeed)

const guest = async (lang: 'zh' | 'en' = 'zh'): Promise<Visitor> => ({ cookie: await signInGuest(), lang })

async function pageOf(visitor: Visitor, path: string): Promise<string> {
  const answer = await visit(path, visitor)
  expect(answer.status).toBe(200)
  return answer.text()
}

/** Sends a form that is taken. Returns where it leads. */
async function done(visitor: Visitor, path: string, fields: Record<string, string> = {}): Promise<string> {
  const answer = await submit(path, fields, visitor)
  expect({ status: answer.status, text: answer.status === 303 ? '' : await answer.text() }).toMatchObject({
    status: 303,
  })
  return answer.headers.get('Location') ?? ''
}

/** Sends a form that is refused. Returns the page that says so. */
async function refused(
  visitor: Visitor,
  path: string,
  fields: Record<string, string>,
  status: number,
): Promise<string> {
  const answer = await submit(path, fields, visitor)
  expect(answer.status).toBe(status)
  return answer.text()
}

/** Begins a draft. Returns its path. */
async function draft(visitor: Visitor, fields: Record<string, string> = {}): Promise<string> {
  const path = await done(visitor, '/propose', { ...PROPOSAL, ...fields })
  expect(path).toMatch(/^\/proposals\/dream-[0-9a-f]{32}\?done=drafted$/)
  return path.replace(/\?.*/, '')
}

const idOf = (path: string): string => path.replace('/proposals/', '')

async function sent(visitor: Visitor, fields: Record<string, string> = {}): Promise<string> {
  const path = await draft(visitor, fields)
  expect(await done(visitor, `${path}/send`, { confirm: 'yes' })).toBe(`${path}?done=sent`)
  return path
}

/** Uploads a file as a browser's form does. Returns where it leads. */
async function upload(
  visitor: Visitor,
  path: string,
  file: Blob | null,
  { origin = ORIGIN, name = '花.png' }: { origin?: string; name?: string } = {},
): Promise<Response> {
  const form = new FormData()
  form.append('picture', file ?? new Blob([]), file ? name : '')
  return send(`${path}/pictures`, {
    method: 'POST',
    headers: { Origin: origin, Accept: 'text/html', Cookie: visitor.cookie ?? '' },
    body: form,
    redirect: 'manual',
  })
}

const png = (): Blob => new Blob([PNG], { type: 'image/png' })

describe('the page to make a wish', () => {
  it('tells everyone what becomes of a wish, and whoever is not signed in how to', async () => {
    for (const lang of ['zh', 'en'] as const) {
      const page = await pageOf({ lang }, '/propose')
      expect(page).toContain('href="/sign-in?to=/propose"')
      expect(page).not.toContain('<textarea')
    }
  })

  it('keeps what was typed by someone whose session ended meanwhile, to be saved once signed in again', async () => {
    const visitor = await guest()
    const path = await draft(visitor)
    const typed = { ...PROPOSAL, title: '写了很久的愿望', why: '因为<b>\n值得' }
    for (const to of ['/propose', path]) {
      const page = await refused({ lang: 'zh' }, to, typed, 401)
      expect(page).toContain('你已经退出登录')
      expect(page).toContain('<a href="/sign-in" target="_blank" rel="noopener">')
      expect(page).toContain(`<form method="post" action="${to}"`)
      expect(page).toContain('value="写了很久的愿望"')
      expect(page).toContain('因为&lt;b&gt;\n值得</textarea>')
      expect(await refused({ lang: 'en' }, to, typed, 401)).toContain('You are signed out')
      expect(await done(visitor, to, typed)).toContain('/proposals/')
    }
    const wish = await sent(visitor)
    expect(await refused({}, `${wish}/withdraw`, { reason: '有人在做' }, 401)).toContain('value="有人在做"')
    const send = await submit(`${path}/send`, { confirm: 'yes' })
    expect(send.headers.get('Location')).toMatch(/^\/sign-in\?to=/)
    // Signed in again as someone else: what was typed becomes a draft of theirs.
    const page = await refused(await guest(), path, typed, 404)
    expect(page).toContain('你的账户里没有这份草稿')
    expect(page).toContain('<form method="post" action="/propose"')
    expect(page).toContain('value="写了很久的愿望"')
  })

  it('lists the wishes of whoever looks, with their state, and nobody else’s', async () => {
    const [visitor, other] = [await guest(), await guest()]
    const title = freshId('wish')
    const path = await sent(visitor, { title })
    const page = await pageOf(visitor, '/propose')
    expect(page).toContain(`<a href="${path}"><bdi>${title}</bdi></a>`)
    expect(page).toContain('梦想已提出')
    expect(await pageOf(other, '/propose')).not.toContain(title)
    expect((await visit(path, other)).status).toBe(403)
    expect((await visit(await draft(visitor), other)).status).toBe(404)
    expect((await visit(path)).headers.get('Location')).toBe(`/sign-in?to=${encodeURIComponent(path)}`)
  })

  it('keeps what was typed where it is refused, with the error at its field', async () => {
    const visitor = await guest()
    const long = '花'.repeat(81)
    const page = await refused(visitor, '/propose', { ...PROPOSAL, title: long, why: '因为<b>' }, 400)
    expect(page).toContain(`value="${long}"`)
    expect(page).toContain('因为&lt;b&gt;')
    expect(page).toMatch(/id="title"[^>]*aria-describedby="title-hint title-error"[^>]*aria-invalid="true"/)
    expect(page).toContain('太长了，最多 80 个字。')
    expect(page).not.toContain('id="why-error"')
    expect(await refused({ ...visitor, lang: 'en' }, '/propose', { title: long }, 400)).toContain(
      'Too long: 80 characters at most.',
    )
  })

  it('tells when there are as many drafts as there may be', async () => {
    const visitor = await guest()
    for (let n = 0; n < 20; n++) await draft(visitor)
    const page = await refused(visitor, '/propose', { ...PROPOSAL, title: '第二十一个' }, 422)
    expect(page).toContain('草稿已经有 20 份')
    expect(page).toContain('value="第二十一个"')
  })
})

describe('a draft', () => {
  it('shows similar wishes before it is sent, with links to those that became dreams', async () => {
    const visitor = await guest()
    const word = freshId('similar').replace('-', '')
    const [other, dream] = [await sent(await guest(), { title: `${word} 一` }), freshId('dream')]
    await run(`UPDATE proposals SET state = 'published', id = ? WHERE id = ?`, dream, idOf(other))
    await plantDream({ id: dream })
    await sent(await guest(), { title: `${word} 二`, what: '<i>斜</i>' })
    const page = await pageOf(visitor, await draft(visitor, { title: `${word} 三` }))
    expect(page).toContain(`<a href="/dreams/${dream}"><bdi>${word} 一</bdi></a>`)
    expect(page).toContain(`<strong><bdi>${word} 二</bdi></strong>`)
    expect(page).toContain('&lt;i&gt;斜&lt;/i&gt;')
  })

  it('shows dreams of the wall that are like it, says nothing of one without words, nor that one is new', async () => {
    const visitor = await guest()
    const like = await pageOf(visitor, await draft(visitor, { title: '村卫生室', what: '' }))
    expect(like).toMatch(/<a href="\/dreams\/village-clinic"><bdi[^>]*>为 50 个村卫生室添置急救箱</)
    const nothing = { title: '', what: '', forWhom: '', place: '', howMany: '', why: '' }
    expect(await pageOf(visitor, await draft(visitor, nothing))).not.toContain('id="similar-title"')
    const odd = await pageOf(visitor, await draft(visitor, { title: 'qzxv wkjp', what: 'vvxq' }))
    expect(odd).toContain('没有找到相近的')
    expect(odd).not.toContain('很新')
  })

  it('is changed, told what it lacks, and sent only once that was confirmed', async () => {
    const visitor = await guest()
    const path = await draft(visitor, { why: '', title: '花花' })
    expect(await refused(visitor, `${path}/send`, {}, 400)).toContain('请先勾选')
    const page = await refused(visitor, `${path}/send`, { confirm: 'yes' }, 400)
    expect(page).toContain('名字至少要 4 个字。')
    expect(page).toMatch(/id="why-error">送出前要填这一项/)
    expect(await done(visitor, path, { ...PROPOSAL, why: '\r\n第一行\r\n第二行' })).toBe(`${path}?done=saved`)
    expect(await pageOf(visitor, path)).toContain('>\n第一行\n第二行</textarea>')
    await done(visitor, `${path}/send`, { confirm: 'yes' })
    const after = await pageOf(visitor, `${path}?done=sent`)
    expect(after).toContain('送出去了')
    expect(after).not.toContain('<textarea')
    // Again, from a page that is still open: nothing happens twice, and nothing is changed.
    expect(await done(visitor, `${path}/send`, { confirm: 'yes' })).toBe(`${path}?done=sent`)
    expect(await refused(visitor, path, { ...PROPOSAL, title: '改一改' }, 409)).toContain('已经不是草稿')
    expect(await pageOf(visitor, path)).toContain(PROPOSAL.title)
  })

  it('is kept, and said to be, when as many were sent in a day as may be', async () => {
    const visitor = await guest()
    for (let n = 0; n < 5; n++) await sent(visitor)
    const path = await draft(visitor)
    const answer = await submit(`${path}/send`, { confirm: 'yes' }, visitor)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(3_600)
    expect(await answer.text()).toContain('24 小时内最多送出 5 个愿望')
    expect(await pageOf(visitor, path)).toContain('这是草稿')
  })

  it('is deleted, and then gone', async () => {
    const visitor = await guest()
    const path = await draft(visitor)
    expect(await done(visitor, `${path}/delete`)).toBe('/propose?done=deleted')
    expect((await visit(path, visitor)).status).toBe(404)
    expect(await done(visitor, `${path}/delete`)).toBe('/propose?done=deleted')
  })
})

describe('the pictures of a draft', () => {
  it('are uploaded by a form, shown, and deleted', async () => {
    const visitor = await guest()
    const path = await draft(visitor)
    const added = await upload(visitor, path, png())
    expect(added.headers.get('Location')).toBe(`${path}?done=picture`)
    await upload(visitor, path, png())
    const page = await pageOf(visitor, path)
    const pictures = [...page.matchAll(/<img src="\/pictures\/(picture_[0-9a-f]{32})" alt="第 (\d) 张图片"/g)]
    expect(pictures.map(([, , n]) => n)).toEqual(['1', '2'])
    const first = pictures[0]?.[1]
    expect((await send(`/pictures/${first}`)).headers.get('Content-Type')).toBe('image/png')
    expect(await done(visitor, `${path}/pictures/${first}/delete`)).toBe(`${path}?done=picture_gone`)
    expect(await pageOf(visitor, path)).not.toContain(first)
    expect((await send(`/pictures/${first}`)).status).toBe(404)
  })

  it.each([
    ['no file', () => null, 'picture_none'],
    ['a text', () => new Blob(['x'], { type: 'text/plain' }), 'picture_type'],
    ['what is no picture', () => new Blob(['x'], { type: 'image/png' }), 'picture_invalid'],
    [
      'one that is too large',
      () => new Blob([new Uint8Array(2_200_000)], { type: 'image/png' }),
      'picture_large',
    ],
    ['one that is larger than any form', () => new Blob([new Uint8Array(4_000_000)]), 'picture_large'],
  ])('refuse %s, in words where the form stands', async (_, file, code) => {
    const visitor = await guest()
    const path = await draft(visitor)
    const answer = await upload(visitor, path, file())
    expect(answer.headers.get('Location')).toBe(`${path}?problem=${code}`)
    expect(await pageOf(visitor, `${path}?problem=${code}`)).toContain('role="alert"')
    expect(await run('SELECT pictures FROM proposals WHERE id = ?', idOf(path))).toEqual([{ pictures: '[]' }])
  })

  it('are nine at the most, and nobody else’s to add or delete', async () => {
    const [visitor, other] = [await guest(), await guest()]
    const path = await draft(visitor)
    for (let n = 0; n < 9; n++) await upload(visitor, path, png())
    const page = await pageOf(visitor, path)
    expect(page).not.toContain('enctype="multipart/form-data"')
    const tenth = await upload(visitor, path, png())
    expect(tenth.headers.get('Location')).toBe(`${path}?problem=pictures_full`)
    const picture = /picture_[0-9a-f]{32}/.exec(page)?.[0]
    expect((await submit(`${path}/pictures/${picture}/delete`, {}, other)).status).toBe(403)
    expect((await upload(other, path, png())).status).toBe(404)
    expect((await upload(visitor, path, png(), { origin: 'https://evil.test' })).status).toBe(403)
    expect(await world.DB.prepare('SELECT count(*) AS n FROM pictures').first('n')).toBeGreaterThanOrEqual(9)
    expect(await pageOf(visitor, path)).toContain(picture)
  })

  it('refuse a body that is no form', async () => {
    const visitor = await guest()
    const path = await draft(visitor)
    const post = (type: string, body: string) =>
      send(`${path}/pictures`, {
        ...{ method: 'POST', body, redirect: 'manual' },
        headers: { Origin: ORIGIN, Cookie: visitor.cookie ?? '', 'Content-Type': type, Accept: 'text/html' },
      })
    const broken = await post('multipart/form-data; boundary=x', 'nonsense')
    expect(broken.headers.get('Location')).toBe(`${path}?problem=picture_invalid`)
    const other = await post('text/plain', 'picture=1')
    expect(other.headers.get('Location')).toBe(`${path}?problem=picture_type`)
  })
})

describe('a wish that was sent', () => {
  it('is withdrawn with a reason, which is shown', async () => {
    const visitor = await guest()
    const path = await sent(visitor)
    expect(await done(visitor, `${path}/withdraw`, { reason: '已经有人在做了' })).toBe(
      `${path}?done=withdrawn`,
    )
    const page = await pageOf(visitor, path)
    expect(page).toContain('已经有人在做了')
    expect(page).not.toContain(`action="${path}/withdraw"`)
    expect(await refused(visitor, `${path}/send`, { confirm: 'yes' }, 409)).toContain('它的状态变了')
  })

  it('tells the reason for which it was declined, as text', async () => {
    const visitor = await guest()
    const path = await sent(visitor)
    await run(`UPDATE proposals SET state = 'declined', reason = '<b>不</b>行' WHERE id = ?`, idOf(path))
    const page = await pageOf(visitor, path)
    expect(page).toContain('未通过评审')
    expect(page).toContain('&lt;b&gt;不&lt;/b&gt;行')
  })

  it('leads to what it was merged into, and to its dream once it is one', async () => {
    const [visitor, other] = [await guest(), await guest()]
    const [path, into] = [await sent(visitor), await sent(other, { title: '更大的急救课' })]
    await run(`UPDATE proposals SET state = 'merged', merged_into = ? WHERE id = ?`, idOf(into), idOf(path))
    await run(
      'INSERT INTO proposers SELECT ?1, user, ?2, at FROM proposers WHERE dream = ?2',
      idOf(into),
      idOf(path),
    )
    expect(await pageOf(visitor, path)).toMatch(
      new RegExp(`<a href="${into}"><bdi[^>]*>更大的急救课</bdi></a>`),
    )
    // Those who came by a merge see it, and do not take it away.
    expect(await refused(visitor, `${into}/withdraw`, {}, 403)).toContain('只有写下它的人')
    expect(await refused(other, `${into}/withdraw`, {}, 409)).toContain('不能单独撤回')
    await run(`UPDATE proposals SET state = 'published' WHERE id = ?`, idOf(into))
    expect(await pageOf(other, into)).toContain(`href="/dreams/${idOf(into)}"`)
    expect(await pageOf(visitor, path)).toContain(`href="/dreams/${idOf(into)}"`)
  })

  it('shows hostile text harmlessly, as a draft and after', async () => {
    const visitor = await guest()
    const hostile = `</textarea><script>alert(1)</script>"\u202e🌺${'x'.repeat(30)}`
    const fields = {
      title: hostile,
      what: `${hostile}${'字'.repeat(1_900)}`,
      forWhom: hostile,
      place: hostile,
      why: hostile,
    }
    const path = await draft(visitor, fields)
    const held = (page: string) => {
      expect(page).not.toMatch(/<script>alert|<\/textarea><script/)
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    }
    held(await pageOf(visitor, path))
    await done(visitor, `${path}/send`, { confirm: 'yes' })
    held(await pageOf(visitor, path))
    held(await pageOf(visitor, '/propose'))
  })

  it('does nothing at the word of another site', async () => {
    const visitor = await guest()
    const path = await draft(visitor)
    const strange = { ...visitor, origin: 'https://evil.test' }
    for (const step of ['', '/send', '/delete', '/withdraw'])
      expect((await submit(`${path}${step}`, { confirm: 'yes' }, strange)).status).toBe(403)
    expect(await pageOf(visitor, path)).toContain('这是草稿')
  })
})

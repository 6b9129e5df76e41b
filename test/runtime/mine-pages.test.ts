import { describe, expect, it } from 'vitest'
import { signInGuest, submit, type Visitor, visit } from './page-calls.ts'
import { giveFlowers, plantDream, plantSeed, pledge, send, sendEvent, tokenFor, world } from './world.ts'

/** Who a cookie signs in, as their account page says. */
async function userOf(cookie: string): Promise<string> {
  const text = await (await visit('/me/account', { cookie })).text()
  return /<code>(guest-[\w-]+)<\/code>/.exec(text)?.[1] ?? ''
}

async function textOf(path: string, visitor: Visitor): Promise<string> {
  const answer = await visit(path, visitor)
  expect(answer.status, path).toBe(200)
  return answer.text()
}

const PAGES = ['/me', '/me/history', '/me/news', '/me/follows', '/me/lines', '/me/account']

describe('my flowers', () => {
  it('asks whoever is not signed in to do so, and comes back', async () => {
    for (const path of [...PAGES, '/me/export']) {
      const answer = await visit(path)
      expect(answer.status, path).toBe(303)
      expect(answer.headers.get('Location')).toBe(`/sign-in?to=${encodeURIComponent(path)}`)
    }
  })

  it('is kept by no cache and shown in both languages', async () => {
    await plantSeed()
    const cookie = await signInGuest()
    for (const path of PAGES) {
      const answer = await visit(path, { cookie })
      expect(answer.headers.get('Cache-Control'), path).toBe('private, no-cache')
      expect(await answer.text(), path).toContain('<html lang="zh-CN">')
      expect(await textOf(path, { cookie, lang: 'en' }), path).toContain('<html lang="en">')
    }
  })

  it('tells where flowers came from, where they went, and what became of them', async () => {
    await plantSeed()
    const cookie = await signInGuest()
    const user = await userOf(cookie)
    await giveFlowers(user, 7)
    await sendEvent('steps', 'acts.reported', {
      acts: [{ id: `walk-${user}`, user, kind: 'steps', quantity: 20_000, at: new Date().toISOString() }],
    })
    const dream = await plantDream()
    expect((await pledge(user, dream, 4)).status).toBe(201)
    const overview = await textOf('/me', { cookie, lang: 'en' })
    expect(overview).toContain('<p class="balance-count">5</p>')
    expect(overview).toContain('Earned 9, given 4 in all')
    expect(overview).toContain('I gave 4')
    for (const name of ['Gifts', 'Steps']) expect(overview).toContain(`<bdi>${name}</bdi>`)
    const history = await textOf('/me/history', { cookie, lang: 'en' })
    expect(history).toMatch(/-4<[\s\S]*\+2<[\s\S]*\+7</)

    const answer = await send('/v1/me/summary', {
      headers: { Authorization: `Bearer ${await tokenFor(user)}` },
    })
    expect(await answer.json()).toMatchObject({
      earned: [
        { line: 'gift', name: '赠花', nameEn: 'Gifts', flowers: 7 },
        { line: 'steps', flowers: 2 },
      ],
      given: [{ dream, state: 'collecting', flowers: 4, refunded: 0, pledges: 1 }],
    })
  })

  it('follows no longer what is taken off the list', async () => {
    const cookie = await signInGuest()
    const dream = await plantDream()
    const headers = { Authorization: `Bearer ${await tokenFor(await userOf(cookie))}` }
    expect((await send(`/v1/me/follows/${dream}`, { method: 'PUT', headers })).status).toBe(200)
    expect(await textOf('/me/follows', { cookie })).toContain(`href="/dreams/${dream}"`)
    const answer = await submit('/me/follows/remove', { dream }, { cookie })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/me/follows?done=unfollowed'])
    expect(await textOf('/me/follows?done=unfollowed', { cookie })).not.toContain(`href="/dreams/${dream}"`)
  })

  it('links a line by the code that it shows, once, and undoes it', async () => {
    await plantSeed()
    const cookie = await signInGuest()
    const issued = await sendEvent('partner-app', 'link_codes.requested', {
      codes: [{ id: 'c1', user: 'neighbour' }],
    })
    const { results } = (await issued.json()) as { results: { code: string }[] }
    const code = results[0]?.code ?? ''
    const wrong = await submit('/me/lines/link', { code: '<b>"wrong"' }, { cookie, lang: 'en' })
    expect(wrong.status).toBe(422)
    const text = await wrong.text()
    expect(text).toContain('This code is wrong')
    expect(text).toContain('value="&lt;b&gt;&quot;wrong&quot;"')
    expect((await submit('/me/lines/link', { code }, { cookie })).status).toBe(303)
    expect(await textOf('/me/lines', { cookie, lang: 'en' })).toContain('Your account there: neighbour')
    expect((await submit('/me/lines/link', { code }, { cookie: await signInGuest() })).status).toBe(422)
    expect((await submit('/me/lines/unlink', { line: 'partner-app' }, { cookie })).status).toBe(303)
    expect(await textOf('/me/lines', { cookie, lang: 'en' })).not.toContain('neighbour')
  })

  it('shows a code of the platform in the answer alone, which no one keeps', async () => {
    await plantSeed()
    const cookie = await signInGuest()
    const answer = await submit('/me/lines/code', { line: 'partner-app' }, { cookie })
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(await answer.text()).toMatch(/<p class="balance-count">[A-Z0-9-]{6,}<\/p>/)
    expect(await textOf('/me/lines', { cookie })).not.toContain('balance-count')
  })

  it('lets a line give in my name, or not', async () => {
    await plantSeed()
    const cookie = await signInGuest()
    const may = async () => {
      const headers = { Authorization: `Bearer ${await tokenFor(await userOf(cookie))}` }
      const { items } = (await (await send('/v1/me/lines', { headers })).json()) as {
        items: { line: string; mayPledge: boolean }[]
      }
      return items.find(({ line }) => line === 'game')?.mayPledge
    }
    expect(await may()).toBe(true)
    await submit('/me/lines/permission', { line: 'game' }, { cookie })
    expect(await may()).toBe(false)
    await submit('/me/lines/permission', { line: 'game', mayPledge: '1' }, { cookie })
    expect(await may()).toBe(true)
  })

  it('keeps what was typed where a name is too long, and changes nothing', async () => {
    const cookie = await signInGuest()
    await submit('/me/account', { name: '小红', contact: '' }, { cookie })
    const answer = await submit(
      '/me/account',
      { name: '长'.repeat(81), contact: '<i>' },
      { cookie, lang: 'en' },
    )
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toContain('长'.repeat(81))
    expect(text).toContain('value="&lt;i&gt;"')
    expect(text).toContain('aria-invalid="true"')
    expect(await textOf('/me/account', { cookie })).toContain('value="小红"')
  })

  it('hands out everything that is kept', async () => {
    const cookie = await signInGuest()
    await submit('/me/account', { name: '小明', contact: '' }, { cookie })
    const answer = await visit('/me/export', { cookie })
    expect(answer.headers.get('Content-Disposition')).toContain('attachment')
    expect(await answer.json()).toMatchObject({ user: await userOf(cookie), profile: { name: '小明' } })
  })

  it('deletes an account only when that is confirmed, and signs out', async () => {
    const cookie = await signInGuest()
    const user = await userOf(cookie)
    await submit('/me/account', { name: '再见', contact: '' }, { cookie })
    expect((await submit('/me/delete', {}, { cookie })).status).toBe(422)
    expect(await textOf('/me/account', { cookie })).toContain('value="再见"')
    const answer = await submit('/me/delete', { confirm: '1' }, { cookie })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().join()).toMatch(/session=;.*Max-Age=0/)
    const left = await world.DB.prepare('SELECT count(*) AS n FROM profiles WHERE user = ?')
      .bind(user)
      .first('n')
    expect(left).toBe(0)
    // A copy of the cookie, on another device, is told so once and signed out: it locks nobody out of what anyone sees.
    const told = await visit('/earn', { cookie })
    expect([told.status, told.headers.getSetCookie().join()]).toEqual([
      403,
      expect.stringContaining('Max-Age=0'),
    ])
  })

  it('changes nothing for a form of another site', async () => {
    const cookie = await signInGuest()
    await submit('/me/account', { name: '我', contact: '' }, { cookie })
    for (const [path, fields] of [
      ['/me/account', { name: 'stolen', contact: '' }],
      ['/me/delete', { confirm: '1' }],
      ['/me/lines/permission', { line: 'game' }],
    ] as const)
      expect((await submit(path, fields, { cookie, origin: 'https://evil.test' })).status, path).toBe(403)
    expect(await textOf('/me/account', { cookie })).toContain('value="我"')
  })
})

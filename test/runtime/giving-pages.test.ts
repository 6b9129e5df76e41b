import { beforeAll, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import { openClaims } from '../../src/sessions/sealed.ts'
import { signInGuest, submit, visit } from './page-calls.ts'
import { accountOf, freshId, giveFlowers, plantDream, plantSeed, sendWith, world } from './world.ts'

beforeAll(plantSeed)

/** Someone who is signed in on the pages and holds `flowers`. */
async function guestWith(flowers: number): Promise<{ cookie: string; user: string }> {
  const cookie = await signInGuest()
  const claims = await openClaims(world.SECRETS_KEY, 'session', cookie.split('=').slice(1).join('='))
  const user = String(claims?.user)
  if (flowers > 0) await giveFlowers(user, flowers)
  return { cookie, user }
}

/** The form of a dream's page, as a browser without script would fill it. */
async function formOf(dream: string, cookie: string): Promise<Record<string, string>> {
  return fieldsOf(await (await visit(`/dreams/${dream}`, { cookie })).text())
}

function fieldsOf(html: string): Record<string, string> {
  const form = /<form[^>]*action="\/dreams\/[^"]+\/give"[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      String(name),
      String(value),
    ]),
  )
}

const JSON_PLEASE = { Accept: 'application/json' }

/** Sends a form to a worker whose dreams do not answer. */
function submitInOutage(path: string, fields: Record<string, string>, cookie: string, accept = 'text/html') {
  const silent = {
    getByName: () => ({
      pledge: () => Promise.reject(new Error('gone')),
    }),
  }
  return sendWith({ DREAM: silent } as Partial<Record<keyof Env, unknown>>, `http://flowers.test${path}`, {
    method: 'POST',
    headers: {
      ...{ Origin: 'http://flowers.test', Cookie: cookie, Accept: accept, 'Accept-Language': 'en' },
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(fields).toString(),
  })
}

describe('giving without script', () => {
  it('counts the flowers and shows what the account holds then', async () => {
    const [{ cookie, user }, dream] = [await guestWith(8), await plantDream()]
    const fields = await formOf(dream, cookie)
    const answer = await submit(`/dreams/${dream}/give`, { ...fields, flowers: '5' }, { cookie })
    const html = await answer.text()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(html).toContain('5 朵小红花已计入')
    expect(html).toMatch(/你还有[\s\S]*?<span class="count">3<\/span>/)
    expect(await accountOf(user)).toMatchObject({ balance: 3, pledged: 5 })
  })

  it('counts a form that is sent twice once, and says so', async () => {
    const [{ cookie, user }, dream] = [await guestWith(8), await plantDream()]
    const fields = { ...(await formOf(dream, cookie)), flowers: '5' }
    const send = () => submit(`/dreams/${dream}/give`, fields, { cookie, lang: 'en' })
    const both = await Promise.all([send(), send()])
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    const third = await (await send()).text()
    expect(third).toContain('counted before, once')
    expect(await accountOf(user)).toMatchObject({ balance: 3, pledged: 5 })
  })

  it('takes nothing more where the back button brings a form again and another amount is chosen', async () => {
    const [{ cookie, user }, dream] = [await guestWith(8), await plantDream()]
    const fields = await formOf(dream, cookie)
    await submit(`/dreams/${dream}/give`, { ...fields, flowers: '5' }, { cookie })
    const answer = await submit(`/dreams/${dream}/give`, { ...fields, flowers: '1' }, { cookie, lang: 'en' })
    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(html).toContain('nothing more was taken')
    // The form that the answer brings is a new one.
    expect(fieldsOf(html).key).not.toBe(fields.key)
    expect(await accountOf(user)).toMatchObject({ balance: 3 })
  })

  it.each(['300', '３００', '99999999999', '9999999999999999'])(
    'refuses %s that the account does not hold, and says so where it was typed',
    async (amount) => {
      const [{ cookie, user }, dream] = [await guestWith(2), await plantDream()]
      const fields = { ...(await formOf(dream, cookie)), flowers: 'other', amount }
      const answer = await submit(`/dreams/${dream}/give`, fields, { cookie, lang: 'en' })
      const html = await answer.text()
      expect(answer.status).toBe(402)
      const field = new RegExp(`name="amount"[^>]*value="${amount}"[^>]*aria-invalid="true"[^>]*autofocus`)
      expect(html).toMatch(field)
      expect(html).toMatch(/id="give-amount-error">Not enough flowers</)
      expect(await accountOf(user)).toMatchObject({ balance: 2, pledged: 0 })
    },
  )

  it('takes an amount in the digits of a Chinese keyboard', async () => {
    const [{ cookie, user }, dream] = [await guestWith(20), await plantDream()]
    const fields = { ...(await formOf(dream, cookie)), flowers: 'other', amount: ' １２ ' }
    expect((await submit(`/dreams/${dream}/give`, fields, { cookie })).status).toBe(201)
    expect(await accountOf(user)).toMatchObject({ balance: 8, pledged: 12 })
  })

  it.each(['', '0', '-1', '1.5', '1e3', '"><script>', '٣'])(
    'refuses %j as an amount and shows the form again',
    async (amount) => {
      const [{ cookie, user }, dream] = [await guestWith(2), await plantDream()]
      const fields = { ...(await formOf(dream, cookie)), flowers: 'other', amount }
      const answer = await submit(`/dreams/${dream}/give`, fields, { cookie })
      const html = await answer.text()
      expect(answer.status).toBe(400)
      expect(html).toContain('请填一个整数')
      expect(html).not.toContain('"><script>')
      expect(await accountOf(user)).toMatchObject({ balance: 2 })
    },
  )

  it.each(['', 'short', 'a'.repeat(65), 'line\r\nbreak-line-break', '钥匙钥匙钥匙钥匙钥匙钥匙钥匙钥匙'])(
    'refuses %j as a key',
    async (key) => {
      const [{ cookie, user }, dream] = [await guestWith(2), await plantDream()]
      const fields = { ...(await formOf(dream, cookie)), key, flowers: '1' }
      expect((await submit(`/dreams/${dream}/give`, fields, { cookie })).status).toBe(400)
      expect(await accountOf(user)).toMatchObject({ balance: 2 })
    },
  )

  it('says why a dream takes no flowers', async () => {
    const [{ cookie, user }, over] = [await guestWith(2), await plantDream({ closesAt: Date.now() - 1 })]
    const fields = { ...(await formOf(await plantDream(), cookie)), flowers: '1' }
    const answer = await submit(`/dreams/${over}/give`, fields, { cookie, lang: 'en' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('takes no flowers now')
    const unknown = await submit(`/dreams/${freshId('none')}/give`, fields, { cookie, lang: 'en' })
    expect(unknown.status).toBe(404)
    expect(await unknown.text()).toContain('There is no such dream')
    expect(await accountOf(user)).toMatchObject({ balance: 2 })
  })

  it('keeps the key in the form while it is not known, and the next try brings the verdict', async () => {
    const [{ cookie, user }, dream] = [await guestWith(8), await plantDream()]
    const fields = { ...(await formOf(dream, cookie)), flowers: '5' }
    const answer = await submitInOutage(`/dreams/${dream}/give`, fields, cookie)
    const html = await answer.text()
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(html).toContain('Not known yet')
    expect(fieldsOf(html)).toEqual(fields)
    const again = await submit(`/dreams/${dream}/give`, fieldsOf(html), { cookie })
    expect(again.status).toBe(201)
    expect(await accountOf(user)).toMatchObject({ balance: 3, pledged: 5 })
  })

  it('asks who it is first, and never takes flowers for a form of somebody else', async () => {
    const [ann, ben, dream] = [await guestWith(3), await guestWith(3), await plantDream()]
    const fields = { ...(await formOf(dream, ann.cookie)), flowers: '1' }
    const nobody = await submit(`/dreams/${dream}/give`, fields, {
      headers: { Referer: `http://flowers.test/dreams/${dream}` },
    })
    expect(nobody.status).toBe(303)
    expect(nobody.headers.get('Location')).toBe(`/sign-in?to=${encodeURIComponent(`/dreams/${dream}`)}`)
    expect((await submit(`/dreams/${dream}/give`, fields, { cookie: ben.cookie })).status).toBe(403)
    const foreign = { cookie: ann.cookie, origin: 'https://elsewhere.example' }
    expect((await submit(`/dreams/${dream}/give`, fields, foreign)).status).toBe(403)
    expect(await accountOf(ann.user)).toMatchObject({ balance: 3 })
    expect(await accountOf(ben.user)).toMatchObject({ balance: 3 })
  })

  it('gives nothing when the address of the form is only opened', async () => {
    const [{ cookie, user }, dream] = [await guestWith(3), await plantDream()]
    const answer = await visit(`/dreams/${dream}/give?flowers=1&key=${crypto.randomUUID()}`, { cookie })
    expect(answer.headers.get('Location')).toBe(`/dreams/${dream}#give`)
    expect(await accountOf(user)).toMatchObject({ balance: 3 })
  })
})

describe('giving by the script', () => {
  it('is answered what the API answered, and the balance with it', async () => {
    const [{ cookie }, dream] = [await guestWith(8), await plantDream()]
    const fields = { ...(await formOf(dream, cookie)), flowers: '5' }
    const send = (changed: Record<string, string> = {}) =>
      submit(`/dreams/${dream}/give`, { ...fields, ...changed }, { cookie, headers: JSON_PLEASE })
    const first = await send()
    expect(first.status).toBe(201)
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    const pledge = await first.json()
    expect(pledge).toMatchObject({ dream, flowers: 5, balance: 3 })
    const repeat = await send()
    expect(repeat.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await repeat.json()).toEqual(pledge)
    expect(await (await send({ flowers: '2' })).json()).toMatchObject({ code: 'idempotency_key_reused' })
    const more = await send({ key: crypto.randomUUID() })
    expect([more.status, await more.json()]).toEqual([
      402,
      expect.objectContaining({ code: 'insufficient_flowers' }),
    ])
  })

  it('hears who is missing, and when it is not known', async () => {
    const [ann, ben, dream] = [await guestWith(3), await guestWith(3), await plantDream()]
    const fields = { ...(await formOf(dream, ann.cookie)), flowers: '1' }
    const nobody = await submit(`/dreams/${dream}/give`, fields, { headers: JSON_PLEASE })
    expect([nobody.status, await nobody.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'token_missing' }),
    ])
    const other = await submit(`/dreams/${dream}/give`, fields, { cookie: ben.cookie, headers: JSON_PLEASE })
    expect([other.status, await other.json()]).toEqual([403, expect.objectContaining({ code: 'not_yours' })])
    const silent = await submitInOutage(`/dreams/${dream}/give`, fields, ann.cookie, 'application/json')
    expect([silent.status, await silent.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'outcome_unknown' }),
    ])
    expect(silent.headers.get('Retry-After')).toMatch(/^\d+$/)
  })
})

describe('the place to give at', () => {
  it('asks to sign in, offers what the account holds, or shows the way to the first flower', async () => {
    const dream = await plantDream()
    const page = async (cookie?: string) => (await visit(`/dreams/${dream}`, { cookie, lang: 'en' })).text()
    expect(await page()).toContain(`href="/sign-in?to=${encodeURIComponent(`/dreams/${dream}`)}"`)
    const amounts = (html: string) =>
      [...html.matchAll(/name="flowers" value="(\w+)"/g)].map(([, value]) => value)
    const rich = await page((await guestWith(12)).cookie)
    expect(amounts(rich)).toEqual(['1', '5', '10', '12', 'other'])
    // One flower is one flower, not all of them besides.
    const one = await page((await guestWith(1)).cookie)
    expect(amounts(one)).toEqual(['1', '1', 'other'])
    expect(one).toMatch(/value="1" disabled[^>]* data-all/)
    const poor = await page((await guestWith(0)).cookie)
    expect(poor).toMatch(/<form[^>]*give"[^>]* hidden/)
    expect(poor).toMatch(/<div data-none[^>]*>(?:(?!<\/div>)[\s\S])*href="\/earn"/)
  })
})

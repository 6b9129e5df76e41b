import { beforeAll, describe, expect, it } from 'vitest'
import { ask, consume, subscribe } from './callback-calls.ts'
import { plantLine } from './line-calls.ts'
import { signInGuest, signInOperator, submit, visit } from './page-calls.ts'
import { freshId, plantDream, plantSeed, send, signed, world } from './world.ts'

const ACTS = { kind: 'walk', quantity: 4 }
const HOSTILE = '<img src=x onerror=alert(1)>\u202E"\'&'
const PAGES = [
  ...[
    '/ops/lines',
    '/ops/lines/gift',
    '/ops/lines/gift/secrets',
    '/ops/lines/gift/rules',
    '/ops/lines/gift/days',
  ],
  ...[
    '/ops/lines/gift/revocations',
    '/ops/callbacks',
    '/ops/audit',
    '/ops/audit/log',
    '/ops/exports/dreams.csv',
  ],
]

let operator: string

beforeAll(async () => {
  await plantSeed()
  operator = await signInOperator()
})

const asOperator = (lang: 'zh' | 'en' = 'en') => ({ cookie: operator, lang })

async function pageOf(path: string, lang: 'zh' | 'en' = 'en'): Promise<string> {
  const answer = await visit(path, asOperator(lang))
  const text = await answer.text()
  expect({ path, status: answer.status, text }).toMatchObject({ status: 200 })
  return text
}

/** The hidden fields of the form that leads to `action`, as a browser would send them. */
async function hiddenOf(path: string, action: string): Promise<Record<string, string>> {
  const page = await pageOf(path)
  const form = page.split('<form ').find((part) => part.includes(`action="${action}"`)) ?? ''
  expect(form).not.toBe('')
  const inputs = form
    .slice(0, form.indexOf('</form>'))
    .matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, plainOf(value ?? '')]))
}

const plainOf = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

async function act(path: string, fields: Record<string, string | string[]>, status = 303): Promise<string> {
  const answer = await submit(path, fields, asOperator())
  const text = await answer.text()
  expect({ path, status: answer.status, text }).toMatchObject({ status })
  return status === 303 ? (answer.headers.get('Location') ?? '') : text
}

const newLine = (id: string, fields: object = {}) => ({
  ...{
    id,
    name: '新线',
    nameEn: 'A new line',
    contact: 'ops@line.test',
    timeZone: 'UTC',
    kinds: 'walk, ride',
  },
  ...{ ratePerMinute: '600', userIds: 'platform', ...fields },
})

/** Registers a line through its form; returns its secret as it was shown. */
async function register(id: string, fields: object = {}): Promise<string> {
  const page = await act('/ops/lines', newLine(id, fields), 201)
  return secretIn(page)
}

const secretIn = (page: string): string => plainOf(/whsec_[^<\s]+/.exec(page)?.[0] ?? 'none')

async function report(line: string, secret: string, user = freshId('user')) {
  const acts = [{ id: freshId('act'), user, ...ACTS, at: new Date().toISOString() }]
  const body = JSON.stringify({ type: 'acts.reported', timestamp: new Date().toISOString(), data: { acts } })
  return send(`/v1/lines/${line}/webhook`, await signed(line, body, { secret }))
}

describe('the desk of operations', () => {
  it('is for operators: others are refused and who is not signed in is asked to', async () => {
    const guest = await signInGuest()
    for (const path of PAGES) {
      const refused = await visit(path, { cookie: guest })
      expect([path, refused.status]).toEqual([path, 403])
      expect(await refused.text()).not.toContain('ops-')
      const unknown = await visit(path)
      expect([path, unknown.status]).toEqual([path, 303])
      expect(unknown.headers.get('Location')).toBe(`/sign-in?to=${encodeURIComponent(path)}`)
      expect((await visit(path, asOperator())).status).toBe(200)
    }
    const fields = newLine(freshId('line'))
    expect((await submit('/ops/lines', fields, { cookie: guest })).status).toBe(403)
    expect((await ask('GET', `/v1/lines/${fields.id}`)).status).toBe(404)
  })

  it('does nothing that another site asks for', async () => {
    const id = freshId('line')
    const { id: endpoint } = await subscribe()
    const evil = { cookie: operator, origin: 'https://evil.example' }
    for (const [path, fields] of [
      ['/ops/lines', newLine(id)],
      ['/ops/lines/gift/state', { from: 'active', to: 'paused' }],
      ['/ops/lines/gift/secrets', { overlapHours: '0' }],
      [`/ops/callbacks/${endpoint}/delete`, {}],
      ['/ops/audit/check', {}],
    ] as const) {
      const answer = await submit(path, fields, evil)
      expect([path, answer.status]).toEqual([path, 403])
      expect(await answer.text()).not.toContain('whsec_')
    }
    expect((await ask('GET', `/v1/lines/${id}`)).status).toBe(404)
    expect((await ask('GET', `/v1/endpoints/${endpoint}`)).status).toBe(200)
    expect(await (await ask('GET', '/v1/lines/gift')).json()).toMatchObject({ state: 'active' })
  })
})

describe('a line at the desk', () => {
  it('is registered with a secret that is shown once, is kept by nothing, and signs', async () => {
    const id = freshId('line')
    const answer = await submit('/ops/lines', newLine(id), asOperator())
    expect([answer.status, answer.headers.get('Cache-Control'), answer.headers.get('Location')]).toEqual([
      ...[201, 'no-store', null],
    ])
    const secret = secretIn(await answer.text())
    expect((await report(id, secret)).status).toBe(200)
    for (const path of [
      `/ops/lines/${id}`,
      `/ops/lines/${id}/secrets`,
      '/ops/lines',
      `/ops/audit/log?subject=line:${id}`,
    ])
      expect(await pageOf(path)).not.toContain('whsec_')
    // The form sent again, as by reloading its answer.
    const again = await act('/ops/lines', newLine(id), 409)
    expect(again).toContain('There is a line with this id.')
    expect(again).not.toContain('whsec_')
  })

  it('that is not as it should be is shown again with what was typed and what is wrong', async () => {
    const typed = newLine('Not An Id', { kinds: 'UPPER', name: HOSTILE, ratePerMinute: 'many' })
    const page = await act('/ops/lines', typed, 400)
    for (const field of ['id', 'kinds', 'ratePerMinute'])
      expect(page).toMatch(
        new RegExp(`<input id="${field}"[^>]*aria-describedby="[^"]*${field}-error"[^>]*aria-invalid="true"`),
      )
    expect(page).not.toContain('id="nameEn-error"')
    expect(page).toContain('value="Not An Id"')
    expect(page).toContain('value="UPPER"')
    expect(page).not.toContain('<img src=x')
  })

  it('earns by a rule drafted and activated, takes nothing while paused, and stays closed', async () => {
    const id = freshId('line')
    const secret = await register(id)
    const rules = `/ops/lines/${id}/rules`
    const draft = {
      kind: 'walk',
      per: '2',
      flowers: '3',
      minimum: '1',
      capPerDay: '50',
      cooldownSeconds: '0',
    }
    const wrong = await act(
      rules,
      { ...draft, flowers: '-1', validFrom: '2026-09-01T00:00', validTo: '2026-08-01T00:00' },
      400,
    )
    expect(wrong).toContain('id="flowers-error"')
    expect(wrong).toContain('value="2026-08-01T00:00"')
    await act(rules, { ...draft, validFrom: '2026-01-01T00:00' })
    const { items } = await (await ask('GET', `/v1/lines/${id}/rules`)).json<{
      items: Record<string, unknown>[]
    }>()
    // What is typed is a time in China.
    expect(items).toMatchObject([
      {
        version: 1,
        state: 'draft',
        capPerDay: 50,
        capPerCampaign: null,
        validFrom: '2025-12-31T16:00:00.000Z',
      },
    ])
    const activate = `${rules}/walk/1/activate`
    await act(activate, await hiddenOf(rules, activate))
    expect(await (await report(id, secret)).json()).toMatchObject({
      results: [{ outcome: 'credited', flowers: 6 }],
    })

    const move = `/ops/lines/${id}/state`
    await act(move, { from: 'active', to: 'paused' })
    for (const path of ['/ops/lines', '/ops/audit'])
      expect(await pageOf(path)).toContain(`<a href="/ops/lines/${id}">`)
    expect(await (await ask('GET', `/v1/lines/${id}`)).json()).toMatchObject({ state: 'paused' })
    // Someone who still sees it active is told, and nothing is done.
    const late = await act(move, { from: 'active', to: 'paused' }, 409)
    expect(late).toContain('Someone else was faster')
    expect(await act(move, { from: 'paused', to: 'closed', id: 'other' }, 400)).toContain('it was not closed')
    await act(move, { from: 'paused', to: 'closed', id })
    expect(await pageOf(`/ops/lines/${id}`)).not.toContain(`action="${move}"`)
  })

  it('refuses acts from the moment it is paused', async () => {
    const id = freshId('line')
    const secret = await register(id)
    await act(`/ops/lines/${id}/state`, { from: 'active', to: 'paused' })
    const answer = await report(id, secret)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'line_paused' }),
    ])
  })

  it('is changed where nobody else changed it meanwhile', async () => {
    const id = freshId('line')
    await register(id)
    const [here, change] = [`/ops/lines/${id}`, `/ops/lines/${id}/change`]
    const seen = await hiddenOf(here, change)
    const fields = { ...newLine(id, { nameEn: 'Renamed', mayPledge: 'yes' }), ...seen }
    await act(change, fields)
    expect(await (await ask('GET', `/v1/lines/${id}`)).json()).toMatchObject({
      nameEn: 'Renamed',
      mayPledge: true,
    })
    const late = await act(change, { ...fields, nameEn: 'Late' }, 409)
    expect(late).toContain('Someone else was faster')
    expect(late).toContain('value="Late"')
    expect(await (await ask('GET', `/v1/lines/${id}`)).json()).toMatchObject({ nameEn: 'Renamed' })
  })

  it('gets a new secret once for one form, and what is revoked signs no more; the last one stays', async () => {
    const id = freshId('line')
    const first = await register(id)
    const secrets = `/ops/lines/${id}/secrets`
    const seen = await hiddenOf(secrets, secrets)
    const second = secretIn(await act(secrets, { ...seen, overlapHours: '1' }, 201))
    expect(second).not.toBe(first)
    // The form sent again, as by reloading its answer, makes no other.
    expect(await act(secrets, { ...seen, overlapHours: '1' }, 409)).not.toContain('whsec_')
    const { items } = await (await ask('GET', `/v1/lines/${id}/secrets`)).json<{ items: { id: string }[] }>()
    expect(items).toHaveLength(2)
    await act(`${secrets}/${items[0]?.id}/revoke`, {})
    expect((await report(id, first)).status).toBe(401)
    expect((await report(id, second)).status).toBe(200)
    expect(await act(`${secrets}/${items[1]?.id}/revoke`, {}, 409)).toContain('It is the last one')
    const keys = {
      ...(await hiddenOf(secrets, `/ops/lines/${id}/keys`)),
      overlapHours: '24',
      publicKey: 'whpk_no',
    }
    const page = await act(`/ops/lines/${id}/keys`, keys, 400)
    expect(page).toContain('value="whpk_no"')
    expect(page).toContain('Not an Ed25519 public key.')
  })

  it('shows a name that is markup as the text it is, in both languages', async () => {
    const id = freshId('line')
    await register(id, { name: HOSTILE, nameEn: HOSTILE, contact: HOSTILE })
    for (const lang of ['zh', 'en'] as const)
      for (const path of [
        `/ops/lines/${id}`,
        '/ops/lines?cursor=',
        `/ops/lines/${id}/rules`,
        `/ops/audit/log?subject=line:${id}`,
      ]) {
        const page = await pageOf(path.replace('?cursor=', ''), lang)
        expect(page).toContain('&lt;img src=x')
        expect(page).not.toContain('<img src=x')
      }
  })

  it('has its differing days told at a glance, with the acts on both sides', async () => {
    const line = await plantLine()
    const [ours] = await line.report({ quantity: 2 })
    const day = new Date().toISOString().slice(0, 10)
    await line.results('totals.reported', {
      day,
      totals: { acts: 2, flowers: 9 },
      acts: [{ id: 'only-theirs', flowers: 9 }],
    })
    const here = `/ops/lines/${line.id}/days/${day}`
    expect(await act(`${here}/check`, {})).toBe(`${here}?done=checked`)
    const page = await pageOf(here)
    for (const text of ['Does not agree', 'only-theirs', ours?.id ?? 'none', '2 says the line'])
      expect(page).toContain(text)
    for (const path of ['/ops/lines', '/ops/audit'])
      expect(await pageOf(path)).toContain(`<a href="${here}">`)
  })
})

describe('callbacks at the desk', () => {
  it('are added with a secret shown once, and what was sent is seen and sent again', async () => {
    const owner = `partner:${freshId('p')}`
    const fields = {
      owner,
      url: 'https://receiver.example/hook',
      types: ['report.published', 'dream.reached'],
    }
    const page = await act('/ops/callbacks', fields, 201)
    expect(secretIn(page)).toMatch(/^whsec_/)
    expect(await act('/ops/callbacks', fields, 409)).not.toContain('whsec_')
    const id = /ep_[0-9a-f]{32}/.exec(page)?.[0] ?? ''
    const here = `/ops/callbacks/${id}`
    await ask('POST', `/v1/endpoints/${id}/example`, { type: 'dream.reached' })
    const [{ event } = { event: '' }] = (
      await (await ask('GET', `/v1/endpoints/${id}/deliveries`)).json<{ items: { event: string }[] }>()
    ).items
    await consume([{ endpoint: id, event }], () => new Response('', { status: 500 }))
    expect(await pageOf(here)).toContain('it answered 500')
    expect(await pageOf(`${here}/deliveries/${event}`)).toContain('Attempt 1')
    expect(await pageOf(`/ops/callbacks?owner=${owner}`)).toContain('Failing')
    expect(await pageOf('/ops/lines')).toContain(`<a href="${here}">`)
    await act(`${here}/state`, { from: 'active' })
    expect(await act(`${here}/state`, { from: 'active' }, 409)).toContain('Someone else was faster')
    expect(await act(`${here}/replay`, { since: '2026-09-01T00:00' }, 409)).toContain('Enable it first')
    await act(`${here}/state`, { from: 'disabled' })
    expect(await act(`${here}/replay`, { since: 'yesterday' }, 400)).toContain('id="since-error"')
    expect(await act(`${here}/replay`, { since: '2026-09-01T00:00' })).toContain('done=replayed')
    const bad = await act('/ops/callbacks', { owner, url: 'https://10.0.0.1/', types: ['dream.closed'] }, 422)
    expect(bad).toContain('Callbacks cannot be sent to this address.')
    expect(bad).toContain('value="https://10.0.0.1/"')
    expect(
      await act('/ops/callbacks', { ...fields, url: 'https://b.example/', types: ['flowers.credited'] }, 400),
    ).toContain('id="types-error"')
    await act(`${here}/delete`, {})
    expect((await visit(here, asOperator())).status).toBe(404)
  })

  it('are listed for operators whoever owns them, by state, and for nobody else', async () => {
    const { id, owner } = await subscribe()
    await ask('PATCH', `/v1/endpoints/${id}`, { state: 'disabled' })
    const listed = await ask('GET', '/v1/endpoints?state=disabled&pageSize=100')
    const { items } = await listed.json<{ items: { id: string; state: string }[] }>()
    expect(items.map((each) => each.id)).toContain(id)
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['disabled']))
    expect((await ask('GET', '/v1/endpoints', undefined, { roles: [owner] })).status).toBe(403)
    expect((await ask('GET', '/v1/audit/days', undefined, { roles: [owner] })).status).toBe(403)
  })
})

describe('the audit at the desk', () => {
  it('checks the whole ledger when asked, and says what differs in words', async () => {
    expect(await act('/ops/audit/check', {}, 200)).toContain('Every flower is accounted for.')
    const dream = await plantDream()
    await world.DB.prepare('UPDATE dreams SET flowers = 7 WHERE id = ?').bind(dream).run()
    const page = await act('/ops/audit/check', {}, 200)
    expect(page).toContain('Something does not agree')
    expect(page).toContain(`dream ${dream} counts 7 flowers`)
    await world.DB.prepare('UPDATE dreams SET flowers = 0 WHERE id = ?').bind(dream).run()
  })

  it('shows the changes of one thing and goes on from page to page', async () => {
    const id = freshId('line')
    await register(id)
    for (let n = 0; n < 12; n++)
      for (const [from, to] of [
        ['active', 'paused'],
        ['paused', 'active'],
      ] as const)
        await act(`/ops/lines/${id}/state`, { from, to })
    const here = `/ops/audit/log?subject=${encodeURIComponent(`line:${id}`)}`
    const page = await pageOf(here)
    expect(page).not.toContain('line.created')
    const next = plainOf(/href="([^"]+)" rel="next"/.exec(page)?.[1] ?? '')
    const rest = await pageOf(next)
    expect(rest).toContain('line.created')
    expect([...(page + rest).matchAll(/line\.(paused|resumed|created)/g)]).toHaveLength(25)
    expect(await pageOf('/ops/audit/log?subject=line:nobody')).not.toContain('line.paused')
    expect((await visit('/ops/audit/log?subject=%E4%B8%AD', asOperator())).status).toBe(400)
  })

  it('hands out exports as files, with formulas escaped, and no other files', async () => {
    await world.DB.prepare(
      `INSERT INTO proposals (number, id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at, proposed_at)
       VALUES (90001, 'wish-f', 'proposed', '=HYPERLINK("http://evil","x")', 'w', 'f', 'p', 'h', 'y', '[]', 5, 6, 7)`,
    ).run()
    const csv = await visit('/ops/exports/proposals.csv', asOperator())
    expect([csv.status, csv.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(csv.headers.get('Content-Disposition')).toMatch(/^attachment; filename="proposals-[\d-]+\.csv"$/)
    const table = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await csv.arrayBuffer())
    // By this mark, once, a spreadsheet reads it as what it is.
    expect(table).toMatch(/^\ufeff"?[a-z]/)
    expect(table).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`)
    const lines = await visit('/ops/exports/dreams.jsonl', asOperator())
    const text = new TextDecoder().decode(await lines.arrayBuffer())
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ end: true })
    for (const file of ['dreams.exe', 'days.csv', '..%2Fme.csv', 'dreams'])
      expect([file, (await visit(`/ops/exports/${file}`, asOperator())).status]).toEqual([file, 404])
  })
})

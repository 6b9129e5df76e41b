import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { app } from '../../src/app.ts'
import { FRESH_MS } from '../../src/http/cached-reads.ts'
import {
  creditDirectly,
  expectProblem,
  freshId,
  plantDream,
  plantSeed,
  send,
  tokenFor,
  world,
} from './world.ts'

beforeAll(plantSeed)
afterEach(() => {
  vi.useRealTimers()
})

interface Page {
  readonly items: { readonly id: string; readonly seq?: number; readonly balance?: number }[]
  readonly nextCursor: string | null
}

/** All pages of a list, from the first to the one without a next. */
async function walk(path: string, pageSize: number, init?: RequestInit): Promise<Page[]> {
  const pages: Page[] = []
  for (let cursor = ''; ; ) {
    const page = (await (await send(`${path}?pageSize=${pageSize}${cursor}`, init)).json()) as Page
    pages.push(page)
    if (page.nextCursor === null) return pages
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
}

const idsOf = (pages: readonly Page[]): string[] => pages.flatMap(({ items }) => items.map(({ id }) => id))

describe('a read of a dream', () => {
  it('may be kept for a second by anyone and carries a strong ETag', async () => {
    for (const path of ['/v1/dreams', '/v1/dreams/first-flower']) {
      const { headers } = await send(path)
      expect(headers.get('Cache-Control')).toBe('public, max-age=1, s-maxage=1, stale-while-revalidate=10')
      expect(headers.get('ETag')).toMatch(/^"[0-9a-f]{24}"$/)
      expect(headers.get('Content-Type')).toBe('application/json')
    }
  })

  it('is 304 without a body for who has it already', async () => {
    const first = await send('/v1/dreams/first-flower')
    const etag = first.headers.get('ETag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await send('/v1/dreams/first-flower', { headers: { 'If-None-Match': known } })
      expect(answer.status).toBe(304)
      expect(await answer.text()).toBe('')
      expect(answer.headers.get('ETag')).toBe(etag)
      expect(answer.headers.get('Cache-Control')).toBe(first.headers.get('Cache-Control'))
    }
  })

  it('is whole for who has something else', async () => {
    const other = (await send('/v1/dreams/past-dream')).headers.get('ETag') ?? ''
    for (const known of [other, '"x"', 'W/"x"', '', 'nonsense', other.slice(0, -2)]) {
      const answer = await send('/v1/dreams/first-flower', { headers: { 'If-None-Match': known } })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ id: 'first-flower' })
    }
  })

  it('answers HEAD with the headers alone', async () => {
    const get = await send('/v1/dreams/first-flower')
    const head = await send('/v1/dreams/first-flower', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('ETag')).toBe(get.headers.get('ETag'))
    expect(await head.text()).toBe('')
  })

  it('remembers for a second, and no longer, that a dream is not there', async () => {
    const id = freshId('dream')
    await expectProblem(await send(`/v1/dreams/${id}`), 'dream_not_found')
    await plantDream({ id })
    await expectProblem(await send(`/v1/dreams/${id}`), 'dream_not_found')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS })
    const answer = await send(`/v1/dreams/${id}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ id })
  })

  it('serves what it has once more while it fetches the next, and then the next', async () => {
    const id = await plantDream()
    const path = `/v1/dreams/${id}`
    const read = async () => {
      const ctx = createExecutionContext()
      const answer = await app.request(path, {}, world, ctx)
      await waitOnExecutionContext(ctx)
      return { etag: answer.headers.get('ETag'), ...((await answer.json()) as { flowers: number }) }
    }
    const first = await read()
    await world.DB.prepare('UPDATE dreams SET flowers = 5 WHERE id = ?').bind(id).run()
    expect(await read()).toEqual(first)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS })
    await caches.default.delete(new URL(`/cached-reads/dream/${id}`, 'http://localhost'))
    expect(await read()).toEqual(first)
    const next = await read()
    expect(next.flowers).toBe(5)
    expect(next.etag).not.toBe(first.etag)
  })
})

describe('the pages of the dreams', () => {
  it('hold every dream once, in the same order, whatever their size', async () => {
    const whole = idsOf(await walk('/v1/dreams', 100))
    expect(new Set(whole).size).toBe(whole.length)
    for (const pageSize of [1, 5, 16]) {
      const pages = await walk('/v1/dreams', pageSize)
      expect(pages.slice(0, -1).every(({ items }) => items.length === pageSize)).toBe(true)
      expect(idsOf(pages)).toEqual(whole)
    }
  })

  it('end without an empty page when the last is exactly full', async () => {
    const whole = idsOf(await walk('/v1/dreams', 100))
    const pages = await walk('/v1/dreams', whole.length)
    expect(pages.map(({ items }) => items.length)).toEqual([whole.length])
  })

  it('hold twenty when no size is asked for, and are empty beyond the end', async () => {
    for (let n = 0; n < 10; n++) await plantDream()
    const first = (await (await send('/v1/dreams?pageSize=3')).json()) as Page
    const next = (await (await send(`/v1/dreams?cursor=${first.nextCursor}`)).json()) as Page
    expect(next.items).toHaveLength(20)
    const beyond = (await (await send(`/v1/dreams?cursor=${btoa('p999999999999999')}`)).json()) as Page
    expect(beyond).toEqual({ items: [], nextCursor: null })
  })

  it.each(['0', '-1', '101', '1.5', '', 'ten', '1e3', 'NaN', '１'])(
    'refuse the size %j',
    async (pageSize) => {
      const path = `/v1/dreams?pageSize=${encodeURIComponent(pageSize)}`
      const problem = await expectProblem(await send(path), 'invalid_request')
      expect(problem.errors).toEqual([expect.objectContaining({ path: 'pageSize' })])
    },
  )

  it.each([
    '',
    'x',
    'cA',
    btoa('p'),
    btoa('p-1'),
    btoa('p1.5'),
    btoa('q1'),
    btoa('p1 OR 1=1'),
    btoa('p9999999999999999'),
    '🌺',
  ])('refuse the cursor %j', async (cursor) => {
    await expectProblem(await send(`/v1/dreams?cursor=${encodeURIComponent(cursor)}`), 'invalid_cursor')
  })

  it('refuse a cursor that is too long to be one', async () => {
    await expectProblem(await send(`/v1/dreams?cursor=${'A'.repeat(101)}`), 'invalid_request')
  })
})

describe('the pages of a history', () => {
  it('hold every entry once, newest first, with the same balances whatever their size', async () => {
    const user = freshId('user')
    for (let flowers = 1; flowers <= 5; flowers++) await creditDirectly(user, flowers)
    const init = { headers: { Authorization: `Bearer ${await tokenFor(user)}` } }
    const [whole] = await walk('/v1/me/entries', 100, init)
    expect(whole?.items.map(({ balance }) => balance)).toEqual([15, 10, 6, 3, 1])
    for (const pageSize of [1, 2, 5])
      expect((await walk('/v1/me/entries', pageSize, init)).flatMap(({ items }) => items)).toEqual(
        whole?.items,
      )
  })

  it('do not shift when an entry comes in between two of them', async () => {
    const user = freshId('user')
    for (let flowers = 1; flowers <= 4; flowers++) await creditDirectly(user, flowers)
    const init = { headers: { Authorization: `Bearer ${await tokenFor(user)}` } }
    const page = async (query: string) =>
      (await (await send(`/v1/me/entries?pageSize=2${query}`, init)).json()) as Page
    const first = await page('')
    await creditDirectly(user, 100)
    const second = await page(`&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items].map(({ balance }) => balance)).toEqual([10, 6, 3, 1])
  })
})

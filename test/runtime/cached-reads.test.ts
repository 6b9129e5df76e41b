import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FRESH_MS, LEAD_MS } from '../../src/http/cached-reads.ts'
import { expectProblem, freshId, plantDream, sendWith, world } from './world.ts'

/** How many statements reached D1, and what became of them. */
interface Watched {
  readonly DB: D1Database
  reads: number
}

/** The real database, slowed down, with a count of what is asked of it. `fate` may hold or break the nth read. */
function watched(fate: (nth: number) => Promise<void> = () => sleep(30)): Watched {
  const seen = { reads: 0 } as { DB: D1Database; reads: number }
  const watch = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name === 'bind') return (...values: unknown[]) => watch(target.bind(...values))
        return async (...parts: unknown[]) => {
          await fate(++seen.reads)
          return value.apply(target, parts)
        }
      },
    })
  seen.DB = new Proxy(world.DB, {
    get: (target, name) =>
      name === 'prepare'
        ? (sql: string) => watch(target.prepare(sql))
        : Reflect.get(target, name).bind(target),
  })
  return seen
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** A binding that no view may touch. */
const untouchable = new Proxy(
  {},
  {
    get(_, name) {
      throw new Error(`a view reached for an object: ${String(name)}`)
    },
  },
)

const objects = { DREAM: untouchable, LINE: untouchable }

const statusesOf = (answers: readonly Response[]) =>
  Object.fromEntries(
    [...new Set(answers.map(({ status }) => status))].map((status) => [
      status,
      answers.filter((answer) => answer.status === status).length,
    ]),
  )

/** Forgets what the edge cache holds of a dream's progress, once it is written there; memory keeps it. */
async function forget(id: string): Promise<void> {
  await sleep(50)
  await caches.default.delete(new URL(`/cached-reads/progress/${id}`, 'http://localhost'))
}

beforeEach(() => {
  vi.useRealTimers()
})

describe('a wave of requests for one dream that no cache holds', () => {
  it('is one read of D1 and no call of an object, whatever stands in their queries', async () => {
    const id = await plantDream()
    const db = watched()
    const paths = Array.from(
      { length: 200 },
      (_, n) =>
        [`/badges/${id}.svg?style=flat&x=${n}`, `/badges/${id}/card.svg?${n}`, `/badges/${id}.json?utm=${n}`][
          n % 3
        ],
    )
    const answers = await Promise.all(
      paths.map((path) => sendWith({ DB: db.DB, ...objects }, path as string)),
    )
    expect(statusesOf(answers)).toEqual({ 200: 200 })
    expect(db.reads).toBe(1)
    for (const path of [
      `/embed/${id}`,
      `/oembed?url=http://localhost/dreams/${id}`,
      `/badges/${id}/share.png`,
    ])
      expect((await sendWith({ DB: db.DB, ...objects }, path)).status).toBe(200)
    expect(db.reads).toBe(1)
  })

  it('is one read where the dream is not there, and for a second after', async () => {
    const db = watched()
    const id = freshId('nobody')
    const ask = () => sendWith({ DB: db.DB, ...objects }, `/badges/${id}.svg`)
    expect(statusesOf(await Promise.all(Array.from({ length: 100 }, ask)))).toEqual({ 404: 100 })
    expect((await ask()).status).toBe(404)
    expect(db.reads).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS })
    await plantDream({ id })
    expect((await ask()).status).toBe(200)
    expect(db.reads).toBe(2)
  })

  it('is one read where D1 fails: all are told to come back, and a second later it is asked again', async () => {
    const id = await plantDream()
    const db = watched(async (nth) => {
      await sleep(20)
      if (nth === 1) throw new Error('D1_ERROR: storage operation exceeded timeout')
    })
    const ask = () => sendWith({ DB: db.DB, ...objects }, `/badges/${id}.json`)
    const answers = await Promise.all(Array.from({ length: 100 }, ask))
    for (const answer of [...answers, await ask()]) await expectProblem(answer, 'unavailable')
    expect(db.reads).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS })
    expect((await ask()).status).toBe(200)
    expect(db.reads).toBe(2)
  })

  it('does not wait for one that hangs: another takes over, and what comes late changes nothing', async () => {
    const id = await plantDream()
    let release = () => {}
    const hangs = new Promise<void>((done) => {
      release = done
    })
    const db = watched((nth) => (nth === 1 ? hangs : sleep(20)))
    const ask = () => sendWith({ DB: db.DB, ...objects }, `/badges/${id}.json`)
    const began = Date.now()
    const answers = await Promise.all(Array.from({ length: 50 }, ask))
    expect(statusesOf(answers)).toEqual({ 200: 50 })
    expect(db.reads).toBe(2)
    expect(Date.now() - began).toBeGreaterThanOrEqual(LEAD_MS - 50)
    expect(Date.now() - began).toBeLessThan(LEAD_MS + 1_500)
    release()
    await sleep(50)
    expect((await ask()).status).toBe(200)
    expect(db.reads).toBe(2)
  })

  it('is told to come back within seconds, for a few reads, where D1 hangs for good', async () => {
    const id = await plantDream()
    const db = watched(() => new Promise(() => {}))
    const ask = () => sendWith({ DB: db.DB, ...objects }, `/badges/${id}.json`)
    const answers = await Promise.all(Array.from({ length: 50 }, ask))
    expect(statusesOf(answers)).toEqual({ 503: 50 })
    expect(db.reads).toBeLessThanOrEqual(3)
  })
})

describe('a dream that was read a second ago', () => {
  it('is served as it was to all who ask at once, and fetched again by one of them', async () => {
    const id = await plantDream()
    const db = watched()
    const ask = async () => {
      const answer = await sendWith({ DB: db.DB, ...objects }, `/badges/${id}.json?lang=en`)
      return ((await answer.json()) as { message: string }).message
    }
    expect(await ask()).toBe('0 / 1,000')
    await world.DB.prepare('UPDATE dreams SET flowers = 5 WHERE id = ?').bind(id).run()
    await forget(id)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS })
    expect(new Set(await Promise.all(Array.from({ length: 50 }, ask)))).toEqual(new Set(['0 / 1,000']))
    await expect.poll(ask).toBe('5 / 1,000')
    expect(db.reads).toBe(2)
  })

  it('is served as it was while D1 fails, and D1 is asked once a second', async () => {
    const id = await plantDream()
    const db = watched(async (nth) => {
      if (nth > 1) throw new Error('D1_ERROR')
    })
    const ask = async () => (await sendWith({ DB: db.DB, ...objects }, `/badges/${id}.svg`)).status
    expect(await ask()).toBe(200)
    await forget(id)
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: now + FRESH_MS })
    for (let n = 0; n < 20; n++) {
      expect(await ask()).toBe(200)
      await sleep(2)
    }
    expect(db.reads).toBe(2)
    vi.setSystemTime(now + 2 * FRESH_MS + 1)
    expect(await ask()).toBe(200)
    await sleep(20)
    expect(db.reads).toBe(3)
  })
})

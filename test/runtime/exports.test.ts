import { beforeAll, describe, expect, it, vi } from 'vitest'
import { apiDocument } from './documented.ts'
import { earn, give, publishAll, wholePass } from './numbers-calls.ts'
import { expectProblem, freshId, plantDream, send, sendWith, tokenFor, world } from './world.ts'

const operator = async () => ({
  headers: { Authorization: `Bearer ${await tokenFor('op', ['operator'])}` },
})

/** The text of an answer, whatever type it says it has. */
const textOf = async (answer: Response) => new TextDecoder().decode(await answer.arrayBuffer())

type Line = Record<string, unknown>

/** The rows of JSON lines and what the last line says. */
function readLines(text: string): { rows: Line[]; end: Line } {
  expect(text.endsWith('\n')).toBe(true)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const end = lines.pop() as Line
  expect(end).toMatchObject({ end: true, rows: lines.length })
  return { rows: lines, end }
}

async function linesOf(path: string): Promise<Line[]> {
  const answer = await send(path, await operator())
  expect(answer.status).toBe(200)
  return readLines(await textOf(answer)).rows
}

/** A database of which each statement after the first few fails. */
function failingAfter(statements: number): unknown {
  let prepared = 0
  return new Proxy(world.DB, {
    get: (db, name) =>
      name === 'prepare'
        ? (sql: string) => {
            if (++prepared > statements) throw new Error('no answer')
            return db.prepare(sql)
          }
        : Reflect.get(db, name).bind(db),
  })
}

const DREAMS = 120
const HOSTILE = '=HYPERLINK("http://evil","急救, 包")'
const GIVER = freshId('giver')
let dream: string

beforeAll(async () => {
  for (let n = 0; n < DREAMS; n++) dream = await plantDream()
  await earn(GIVER, 9)
  await give(GIVER, dream, 4, Date.parse('2026-09-08T15:59:59Z'))
  await give(GIVER, dream, 3, Date.parse('2026-09-08T16:00:00Z'))
  await publishAll()
  await world.DB.batch([
    ...[1, 2, 3].map((n) =>
      world.DB.prepare(
        `INSERT INTO proposals (number, id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at, proposed_at)
         VALUES (?1, 'wish-' || CAST(?1 AS INTEGER), ?2, ?3, 'w', 'f', 'p', 'h', 'y', '["pic_1"]', 5, 6, 7)`,
      ).bind(n, n === 2 ? 'draft' : 'proposed', n === 1 ? HOSTILE : 'Wish'),
    ),
    world.DB.prepare(
      "INSERT INTO proposers (dream, user, via, at) VALUES ('wish-1', ?1, 'wish-1', 5), ('wish-1', 'other', 'wish-3', 5)",
    ).bind(GIVER),
    ...[1, 2, 3, 4, 5, 6, 7].map((n) =>
      world.DB.prepare(
        `INSERT INTO reports (id, dream, number, title, body, figures, pictures, final, due_at, late, published_at, request_key, request)
         VALUES ('rep_' || CAST(?1 AS INTEGER), ?2, ?1, 'Report', 'Done', '[{"name":"trained","value":1000,"unit":"people"}]', '[]', 0, 5, 1, 6, 'k' || ?1, 'r')`,
      ).bind(n, dream),
    ),
    world.DB.prepare(
      "INSERT INTO report_corrections (report, text, at) VALUES ('rep_1', 'one', 7), ('rep_1', 'two', 8)",
    ),
  ])
})

describe('exports', () => {
  it('are for operators only, in the types that the document names', async () => {
    const { paths } = await apiDocument()
    const exported = Object.entries(paths).filter(([path]) => path.startsWith('/v1/exports/'))
    expect(exported).toHaveLength(8)
    for (const [path, { get }] of exported) {
      await expectProblem(await send(path), 'token_missing')
      const headers = { Authorization: `Bearer ${await tokenFor('someone')}` }
      await expectProblem(await send(path, { headers }), 'operator_only')
      const answer = await send(path, await operator())
      await textOf(answer)
      expect(answer.status).toBe(200)
      expect(get?.responses[200]?.content).toHaveProperty([answer.headers.get('Content-Type') ?? ''])
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(answer.headers.get('Content-Disposition')).toMatch(
        /^attachment; filename="[a-z-]+-\d{4}-\d\d-\d\d\.(csv|jsonl)"$/,
      )
    }
  })

  it('hold every dream once, over many pages, in both formats', async () => {
    const { results } = await world.DB.prepare('SELECT id FROM dreams ORDER BY position').all<{
      id: string
    }>()
    const ids = results.map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(DREAMS)
    const rows = await linesOf('/v1/exports/dreams.jsonl')
    expect(rows.map(({ id }) => id)).toEqual(ids)
    expect(rows.at(-1)).toMatchObject({
      flowers: 7,
      pledges: 2,
      state: 'collecting',
      pictures: [],
      fundedAt: null,
    })
    const text = await (await send('/v1/exports/dreams.csv', await operator())).text()
    const [head, ...lines] = text.trimEnd().split('\r\n')
    expect(head?.split(',').slice(0, 3)).toEqual(['position', 'id', 'title'])
    expect(lines.map((line) => line.split(',')[1])).toEqual(ids)
  })

  it('tell what was given to a dream on each day of China, by the last pass', async () => {
    expect(await linesOf('/v1/exports/pledges-per-day.jsonl')).toEqual([])
    const { horizon } = await wholePass()
    const day = { dream, title: dream, campaign: null, refunded: 0, asOf: new Date(horizon).toISOString() }
    expect(await linesOf('/v1/exports/pledges-per-day.jsonl')).toEqual([
      { ...day, day: '2026-09-08', given: 4, pledges: 1 },
      { ...day, day: '2026-09-09', given: 3, pledges: 1 },
    ])
  })

  it('hold reports with their corrections', async () => {
    const rows = await linesOf('/v1/exports/reports.jsonl')
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(rows[0]).toMatchObject({
      ...{ id: 'rep_1', dream, final: false, late: true, dueAt: '1970-01-01T00:00:00.005Z' },
      figures: [{ name: 'trained', value: 1_000, unit: 'people' }],
      corrections: [
        { text: 'one', at: '1970-01-01T00:00:00.007Z' },
        { text: 'two', at: '1970-01-01T00:00:00.008Z' },
      ],
    })
  })

  it('hold proposals that were sent, no drafts and no proposer, and no formula', async () => {
    const rows = await linesOf('/v1/exports/proposals.jsonl')
    expect(rows.map(({ id }) => id)).toEqual(['wish-1', 'wish-3'])
    expect(rows[0]).toMatchObject({ title: HOSTILE, proposers: 2, pictures: ['pic_1'] })
    const text = await (await send('/v1/exports/proposals.csv', await operator())).text()
    expect(text).toContain(`1,wish-1,proposed,"'=HYPERLINK(""http://evil"",""急救, 包"")",w`)
    expect(text).not.toContain(GIVER)
  })

  it('answer 503 when the first page cannot be read', async () => {
    await expectProblem(
      await sendWith({ DB: failingAfter(0) }, '/v1/exports/dreams.csv', await operator()),
      'unavailable',
    )
  })

  it('break off, rather than end, when a later page cannot be read', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const format of ['csv', 'jsonl']) {
      const answer = await sendWith({ DB: failingAfter(1) }, `/v1/exports/dreams.${format}`, await operator())
      expect(answer.status).toBe(200)
      const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
      let text = ''
      const readAll = async () => {
        for (let part = await reader.read(); !part.done; part = await reader.read())
          text += new TextDecoder().decode(part.value)
      }
      await expect(readAll()).rejects.toThrow('no answer')
      expect(text).not.toContain('"end":true')
      expect(text.split('\n').length).toBeGreaterThan(40)
    }
    vi.restoreAllMocks()
  })

  it('read no page before the one before is taken', async () => {
    let prepared = 0
    const counting = new Proxy(world.DB, {
      get: (db, name) => {
        if (name === 'prepare') prepared++
        return Reflect.get(db, name).bind(db)
      },
    })
    const answer = await sendWith({ DB: counting }, '/v1/exports/dreams.jsonl', await operator())
    await new Promise((done) => setTimeout(done, 50))
    expect(prepared).toBe(1)
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await new Promise((done) => setTimeout(done, 50))
    expect(prepared).toBe(1)
    await reader.read()
    expect(prepared).toBe(2)
    await reader.cancel()
  })
})

describe('open data', () => {
  it('are for everyone, under a licence, and kept for minutes', async () => {
    for (const path of ['dreams.csv', 'dreams.jsonl', 'days.csv', 'days.jsonl']) {
      const answer = await send(`/v1/open-data/${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Link')).toBe('<https://creativecommons.org/licenses/by/4.0/>; rel="license"')
      expect(answer.headers.get('Cache-Control')).toMatch(/max-age=300/)
      const text = await textOf(answer)
      expect(text).not.toContain(GIVER)
      if (path.endsWith('jsonl')) expect(readLines(text).end).toMatchObject({ licence: 'CC-BY-4.0' })
      expect(await textOf(await send(`/v1/open-data/${path}`))).toBe(text)
    }
  })

  it('hold the same dreams as the catalogue, and the days by the last pass', async () => {
    const { rows } = readLines(await textOf(await send('/v1/open-data/dreams.jsonl')))
    expect(rows.map(({ id }) => id)).toEqual((await linesOf('/v1/exports/dreams.jsonl')).map(({ id }) => id))
    const days = readLines(await textOf(await send('/v1/open-data/days.jsonl'))).rows
    expect(days).toMatchObject([
      { day: '2026-09-08', given: 4, pledges: 1 },
      { day: '2026-09-09', given: 3, pledges: 1 },
      { earned: 9, acts: 1, given: 0 },
    ])
  })

  it('that cannot be read whole are not answered and not kept', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const path = 'http://other.test/v1/open-data/dreams.csv'
    for (const statements of [0, 1])
      await expectProblem(await sendWith({ DB: failingAfter(statements) }, path), 'unavailable')
    vi.restoreAllMocks()
    const answer = await sendWith({}, path)
    expect((await answer.text()).trimEnd().split('\r\n').length).toBeGreaterThan(DREAMS)
  })
})

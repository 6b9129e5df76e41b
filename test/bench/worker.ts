import { app } from '../../src/app.ts'
import { deliver } from '../../src/callbacks/consumer.ts'
import type { DeliveryRef } from '../../src/callbacks/deliveries-store.ts'
import { Dream as RealDream } from '../../src/dreams/object.ts'
import { type Env, readConfig } from '../../src/env.ts'
import { readIdempotencyKey } from '../../src/http/idempotency.ts'
import type { Rate } from '../../src/http/rates.ts'
import { commitCredits, commitPledges } from '../../src/ledger/store.ts'
import { Line as RealLine } from '../../src/lines/object.ts'
import { authenticate } from '../../src/users/tokens.ts'
import type { Counts } from './cost.ts'

/**
 * The worker as it is deployed, with the routes it is compared with and with counters. The counters wrap what the
 * worker is given; the code that is measured is the code that is shipped.
 */

const counts: { -readonly [K in keyof Counts]: number } = {
  d1RowsWritten: 0,
  objectRowsWritten: 0,
  objectRequests: 0,
  alarms: 0,
  pledges: 0,
}

function countRows(db: D1Database): D1Database {
  const count = ({ meta }: D1Result) => {
    counts.d1RowsWritten += meta.rows_written
  }
  const prepare = (sql: string) => {
    const statement = db.prepare(sql)
    const bind = statement.bind.bind(statement)
    statement.bind = (...values: unknown[]) => {
      const bound = bind(...values)
      const run = bound.run.bind(bound)
      bound.run = async <T>() => {
        const result = await run<T>()
        count(result)
        return result
      }
      return bound
    }
    return statement
  }
  const batch = async <T>(statements: D1PreparedStatement[]) => {
    const results = await db.batch<T>(statements)
    results.forEach(count)
    return results
  }
  return { prepare, batch } as unknown as D1Database
}

function countObjectRows(ctx: DurableObjectState): DurableObjectState {
  const { sql } = ctx.storage
  const exec = sql.exec.bind(sql)
  const setAlarm = ctx.storage.setAlarm.bind(ctx.storage)
  Object.defineProperty(sql, 'exec', {
    value: (query: string, ...bindings: unknown[]) => {
      const cursor = exec(query, ...bindings)
      counts.objectRowsWritten += cursor.rowsWritten
      return cursor
    },
  })
  Object.defineProperty(ctx.storage, 'setAlarm', {
    value: (at: number) => {
      // An alarm that is set is billed as one row written.
      counts.objectRowsWritten++
      return setAlarm(at)
    },
  })
  return ctx
}

export class Dream extends RealDream {
  constructor(ctx: DurableObjectState, env: Env) {
    super(countObjectRows(ctx), { ...env, DB: countRows(env.DB) })
  }

  /** The call that does nothing. */
  idle(): number {
    return 1
  }

  override pledge(user: string, key: string, flowers: number): Promise<string> {
    counts.objectRequests++
    counts.pledges++
    return super.pledge(user, key, flowers)
  }

  override pledgeMany(asks: string): Promise<string> {
    counts.objectRequests++
    counts.pledges += 200
    return super.pledgeMany(asks)
  }

  override alarm(): Promise<void> {
    counts.alarms++
    return super.alarm()
  }
}

/** Bulk pledges ask the line's object for its rate first. */
export class Line extends RealLine {
  override admit(items: number): Promise<Rate | null> {
    counts.objectRequests++
    return super.admit(items)
  }
}

const COLD_DREAMS_SQL = `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
SELECT 'cold-' || n, 1000000 + n, '冷', 'Cold', '', 1000, ?2, ?2 + 3600000, 'collecting', ?2 FROM numbers`

app.get('/bench/empty', (c) => c.text('ok'))

app.post('/bench/ceiling', async (c) => {
  await c.req.raw.text()
  const stub = c.env.DREAM.getByName('young-first-aiders') as unknown as { idle(): Promise<number> }
  return c.text(String(await stub.idle()))
})

app.post('/bench/naive', async (c) => {
  const { user } = await authenticate(c.req.raw, readConfig(c.env))
  const key = readIdempotencyKey(c.req.header('idempotency-key'))
  const { flowers } = await c.req.json<{ flowers: number }>()
  const rows = [[user, `k:${key}`, flowers, Date.now()]] as const
  const [verdict] = await commitPledges(c.env, { ref: 'first-careers', at: Date.now(), rows })
  return c.json(verdict, 201)
})

app.post('/bench/fund', async (c) => {
  const { users, flowers } = await c.req.json<{ users: string[]; flowers: number }>()
  const rows = users.map((user, mark) => [user, `act:bench:${user}`, flowers, mark, null, null, 0] as const)
  await commitCredits(c.env, { ref: 'gift', at: Date.now(), rows })
  // The limit is not what is measured.
  await c.env.DB.prepare('UPDATE lines SET rate_per_minute = 1000000000').run()
  return c.text('ok')
})

/** Dreams for reads that no cache answers. */
app.post('/bench/dreams', async (c) => {
  const { count } = await c.req.json<{ count: number }>()
  await c.env.DB.prepare(COLD_DREAMS_SQL).bind(count, Date.now()).run()
  return c.text('ok')
})

app.post('/bench/reset', (c) => {
  Object.assign(counts, { d1RowsWritten: 0, objectRowsWritten: 0, objectRequests: 0, alarms: 0, pledges: 0 })
  return c.text('ok')
})

app.get('/bench/counts', (c) => c.json(counts))

export default {
  fetch: app.fetch,
  queue: (batch, env) => deliver(batch, env),
} satisfies ExportedHandler<Env, DeliveryRef>

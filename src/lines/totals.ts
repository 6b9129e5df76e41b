import { z } from '../http/zod.ts'
import { itemId } from './ids.ts'

/** A count of a day. */
const count = z.int().min(0)

/** What a line says its day was, in whole or, with `acts`, act by act in parts of up to 500. */
export const totalsReported = z
  .object({
    day: z.iso.date().describe("The day in the line's time zone."),
    totals: z
      .object({
        acts: count.describe('Acts that got a result other than `refused`.'),
        flowers: count.describe('Flowers credited for them.'),
        capped: count.optional(),
        reversed: count.optional().describe('Flowers taken back.'),
        users: count.optional(),
      })
      .optional(),
    acts: z.array(z.object({ id: itemId, flowers: count })).optional(),
  })
  .openapi('TotalsReported', { description: 'At most 500 acts.' })

/** The day was taken down; what differs is listed once the scheduled job has compared. */
export interface TotalsResult {
  readonly id: string
  readonly outcome: 'taken'
  readonly flowers: 0
}

/** Keeps what a line says of a day. */
export async function takeTotals(
  db: D1Database,
  line: string,
  { day, totals, acts }: z.output<typeof totalsReported>,
  now: number,
): Promise<TotalsResult[]> {
  const statements: D1PreparedStatement[] = []
  if (totals)
    statements.push(
      db
        .prepare(
          `INSERT OR REPLACE INTO posted_days (line, day, acts, flowers, capped, reversed, users, posted_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .bind(
          ...[line, day, totals.acts, totals.flowers],
          ...[totals.capped ?? null, totals.reversed ?? null, totals.users ?? null, now],
        ),
    )
  if (acts)
    statements.push(
      db
        .prepare(
          `INSERT OR REPLACE INTO posted_acts (line, day, act, flowers)
           SELECT ?1, ?2, value ->> 'id', value ->> 'flowers' FROM json_each(?3)`,
        )
        .bind(line, day, JSON.stringify(acts)),
    )
  if (statements.length > 0) await db.batch(statements)
  return [{ id: day, outcome: 'taken', flowers: 0 }]
}

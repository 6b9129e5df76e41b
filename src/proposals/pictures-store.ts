import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { PUBLISHED_PICTURES } from '../people/sections.ts'
import { DAY_MS, secondsUntilFree } from './proposing.ts'
import { pictures, proposals } from './schema.ts'

/** Whose pictures lie in R2: a row each, and the object `pictures/<id>`. */

/** Most pictures a user uploads in any 24 hours: 40 MB. */
export const MAX_PICTURES_A_DAY = 20

/** A picture's row. */
export type Picture = typeof pictures.$inferSelect

/** Where a picture's bytes lie in R2. */
export const objectOf = (id: string): string => `pictures/${id}`

/** Whether all of these are pictures that the user uploaded. */
export async function ownsPictures(db: D1Database, user: string, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return true
  const row = await db
    .prepare(
      'SELECT count(*) AS owned FROM pictures WHERE owner = ?1 AND id IN (SELECT value FROM json_each(?2))',
    )
    .bind(user, JSON.stringify(ids))
    .first<{ owned: number }>()
  return row?.owned === new Set(ids).size
}

/** Seconds until a user may upload another picture, or null when they may now. `now` in ms. */
export async function secondsUntilPicture(db: D1Database, user: string, now: number): Promise<number | null> {
  const rows = await drizzle(db)
    .select({ at: pictures.createdAt })
    .from(pictures)
    .where(and(eq(pictures.owner, user), gt(pictures.createdAt, now - DAY_MS)))
    .orderBy(desc(pictures.createdAt))
    .limit(MAX_PICTURES_A_DAY)
  return secondsUntilFree(
    rows.map(({ at }) => at),
    MAX_PICTURES_A_DAY,
    now,
  )
}

/** Writes a picture's row. False when the user uploaded as many meanwhile as they may. */
export async function insertPicture(db: D1Database, picture: Picture): Promise<boolean> {
  const orm = drizzle(db)
  const { id, owner, type, bytes, createdAt: at } = picture
  const free = sql`(SELECT count(*) FROM pictures WHERE owner = ${owner} AND created_at > ${at - DAY_MS}) < ${MAX_PICTURES_A_DAY}`
  const note = {
    ...{ at, actor: owner, action: 'picture.uploaded', subject: `picture:${id}` },
    detail: { type, bytes },
  }
  const [, inserted] = await orm.batch([
    noteChangeWhen(orm, note, free),
    // In the order of the table's columns.
    orm
      .insert(pictures)
      .select(sql`SELECT ${id}, ${owner}, ${type}, ${bytes}, ${at} WHERE ${free}`)
      .returning({ id: pictures.id }),
  ])
  return inserted.length > 0
}

/** A picture's row, or null for an id that is none. */
export async function findPicture(db: D1Database, id: string): Promise<Picture | null> {
  const [row] = await drizzle(db).select().from(pictures).where(eq(pictures.id, id))
  return row ?? null
}

/**
 * Deletes a picture's row and takes the picture out of its owner's texts that are not published. With a `reason` always;
 * with null only while no published text shows it. False when one does, or when the row is gone.
 */
export async function deletePicture(
  db: D1Database,
  { id, owner }: Pick<Picture, 'id' | 'owner'>,
  { actor, reason }: { actor: string; reason: string | null },
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  const there = sql`EXISTS (SELECT 1 FROM pictures WHERE id = ${id})`
  const may: SQL = reason === null ? sql`${there} AND ${id} NOT IN (${sql.raw(PUBLISHED_PICTURES)})` : there
  const note = {
    ...{ at: now, actor, action: 'picture.removed', subject: `picture:${id}` },
    detail: reason === null ? {} : { owner, reason },
  }
  const [, , deleted] = await orm.batch([
    noteChangeWhen(orm, note, may),
    orm
      .update(proposals)
      .set({
        pictures: sql`(SELECT json_group_array(j.value) FROM json_each(proposals.pictures) j WHERE j.value <> ${id})`,
      })
      .where(
        sql`id IN (SELECT via FROM proposers WHERE user = ${owner}) AND state <> 'published' AND instr(pictures, ${id}) AND ${may}`,
      ),
    orm
      .delete(pictures)
      .where(and(eq(pictures.id, id), may))
      .returning({ id: pictures.id }),
  ])
  return deleted.length > 0
}

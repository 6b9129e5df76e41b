import { type SQL, sql } from 'drizzle-orm'

// As `lifeOf` has it: neither expired nor completed nor stopped.
const GOES_ON = `(d.stage = 'executing' OR (d.stage IS NULL AND (d.state <> 'closed' OR d.settles_at IS NOT NULL OR d.funded_at IS NOT NULL)))`

/**
 * SQL that holds while the life of the dream goes on that `column` names. An offer to a dream that is over stands for
 * nothing: nobody is reached through it.
 */
export const goesOnOf = (column: string): string =>
  `EXISTS (SELECT 1 FROM dreams d WHERE d.id = ${column} AND ${GOES_ON})`

/** The same of a dream whose id is given. */
export const goesOn = (dream: string): SQL =>
  sql`EXISTS (SELECT 1 FROM dreams d WHERE d.id = ${dream} AND ${sql.raw(GOES_ON)})`

import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { lineId } from '../lines/ids.ts'
import { signInOperator, signInOwner } from '../users/sign-in.ts'
import type { Principal } from '../users/tokens.ts'
import { findLine, type Line } from './lines-store.ts'

/** What the routes of this room read from a request and write in an answer alike. */

export const lineParam = z.object({ line: lineId })

export const timestamp = z.iso.datetime()

/** A kind of act, as lines name it. */
export const actKind = z.string().regex(/^[a-z0-9-]{1,64}$/)

/** The line a path names. Throws line_not_found (404). */
export function readLineId(c: AppContext): string {
  const id = lineId.safeParse(c.req.param('line'))
  if (!id.success) throw new Problem('line_not_found')
  return id.data
}

/** Who asks and for which line; operators, and those who look after it. Throws owner_only (403), line_not_found (404). */
export async function readOwned(c: AppContext): Promise<{ principal: Principal; line: string }> {
  const owner = `line:${c.req.param('line')}`
  const principal = await signInOwner(c, owner)
  return { principal, line: readLineId(c) }
}

/** Who asks and for which line; operators only. Throws operator_only (403), line_not_found (404). */
export async function readOperated(c: AppContext): Promise<{ principal: Principal; line: string }> {
  const principal = await signInOperator(c)
  return { principal, line: readLineId(c) }
}

/** A registered line. Throws line_not_found (404) and unavailable (503). */
export async function requireLine(c: AppContext, id: string): Promise<Line> {
  const line = await readDatabase(() => findLine(c.env.DB, id))
  if (!line) throw new Problem('line_not_found')
  return line
}

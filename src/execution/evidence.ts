import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { pictureIds } from '../proposals/picture-ids.ts'
import { ownsPictures } from '../proposals/pictures-store.ts'

/** What is shown beside words, in progress and in reports alike: figures and pictures. */

/** A screenful of numbers; more is a table, and belongs in a text. */
const MAX_FIGURES = 20
const MAX_PICTURES = 10
const MAX_FIGURE_NAME_LENGTH = 100
const MAX_UNIT_LENGTH = 40

/** Beyond it numbers lose their last digit. */
const MAX_FIGURE = Number.MAX_SAFE_INTEGER

const figure = z
  .strictObject({
    name: z.string().trim().min(1).max(MAX_FIGURE_NAME_LENGTH),
    value: z.number().min(-MAX_FIGURE).max(MAX_FIGURE),
    unit: z.string().trim().max(MAX_UNIT_LENGTH).default(''),
  })
  .openapi('Figure')

/** The fields of a body. */
export const evidenceFields = {
  figures: z.array(figure).max(MAX_FIGURES).default([]),
  pictures: pictureIds(MAX_PICTURES).default([]).describe('Ids of pictures that the caller uploaded.'),
}

/** The fields of an answer. */
export const evidenceSchema = {
  figures: z.array(
    z.object({ name: z.string(), value: z.number(), unit: z.string() }).openapi('ShownFigure'),
  ),
  pictures: z.array(z.string()).describe('Ids of pictures.'),
}

/**
 * Most bytes of the evidence in a body, 6 a character that is escaped: 20 figures of 100 + 40 characters and a number,
 * 10 pictures of 64 characters, with their names and quotes.
 */
export const MAX_EVIDENCE_BYTES = 24_576

/** Throws picture_not_found (404) unless all these pictures are the user's own. */
export async function requirePictures(
  c: AppContext,
  user: string,
  pictures: readonly string[],
): Promise<void> {
  if (pictures.length === 0) return
  if (!(await readDatabase(() => ownsPictures(c.env.DB, user, pictures))))
    throw new Problem('picture_not_found', { detail: 'Each picture must be one that you uploaded.' })
}

import { z } from '../http/zod.ts'

/** A picture's id, as an upload answers it. */
export const pictureId = z.string().regex(/^picture_[0-9a-f]{32}$/)

/** The pictures of a text, each once, at most `max`. Whose they are is for `ownsPictures` to say. */
export const pictureIds = (max: number) =>
  z
    .array(pictureId)
    .max(max)
    .refine((ids) => new Set(ids).size === ids.length, 'a picture stands there twice')

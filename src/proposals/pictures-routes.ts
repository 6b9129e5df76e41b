import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { newId } from '../http/ids.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import { readPicture } from './picture-body.ts'
import { PICTURE_TYPES } from './picture-format.ts'
import { pictureId } from './picture-ids.ts'
import {
  insertPicture,
  MAX_PICTURES_A_DAY,
  objectOf,
  type Picture,
  secondsUntilPicture,
} from './pictures-store.ts'

const pictureParam = z.object({ picture: pictureId })

const pictureSchema = z
  .object({
    id: z.string(),
    type: z.enum(PICTURE_TYPES),
    bytes: z.int(),
    width: z.int(),
    height: z.int(),
    url: z.string().describe('Where everyone sees it, on this server.'),
    createdAt: z.iso.datetime(),
  })
  .openapi('Picture')

const binary = { schema: z.string().openapi({ format: 'binary' }) }
const binaryOfEachType = Object.fromEntries(PICTURE_TYPES.map((type) => [type, binary]))

/** What is under an id never changes, and is nothing but a picture, whatever a browser makes of it. */
const PICTURE_HEADERS = {
  'Cache-Control': 'public, max-age=31536000, immutable',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
}

const tooMany = (seconds: number): Problem =>
  new Problem('rate_limited', {
    detail: `At most ${MAX_PICTURES_A_DAY} pictures in 24 hours.`,
    headers: { 'Retry-After': String(seconds) },
  })

/** Whether an If-None-Match names an entity tag, weakly. */
const names = (known: string, etag: string): boolean =>
  known.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))

/** Works in R2. Throws unavailable (503) when it does not answer. */
async function useBucket<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    console.error({ event: 'pictures.failed', error: String(error) })
    throw new Problem('unavailable')
  }
}

export const pictureRoutes = new Api()

pictureRoutes.describe(
  {
    method: 'post',
    path: '/v1/pictures',
    summary: 'Upload a picture',
    description: `The body is the picture itself: at most 2 MB, 8,000 by 8,000 pixels; at most ${MAX_PICTURES_A_DAY} in 24 hours a user. Everyone who knows its address sees it; it is kept as it is, with what its camera wrote into it.`,
    security: bearer,
    request: { body: { required: true, content: binaryOfEachType } },
    responses: {
      201: json(pictureSchema, 'The picture'),
      ...problems(
        'token_missing',
        'token_invalid',
        'account_deleted',
        'body_too_large',
        'unsupported_media_type',
        'picture_invalid',
        'rate_limited',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { bytes, type, width, height } = await readPicture(c.req.raw)
    const now = Date.now()
    const seconds = await readDatabase(() => secondsUntilPicture(c.env.DB, user, now))
    if (seconds !== null) throw tooMany(seconds)
    const id = newId('picture')
    // First the object, then the row: the id is told only when both are there. An object without a row has an id that
    // nobody knows and stands in no text, since `ownsPictures` asks for rows; a row without an object would be a picture
    // that its owner can put into a text and nobody sees (of one that R2 lost, that is what remains).
    await useBucket(() => c.env.PICTURES.put(objectOf(id), bytes, { httpMetadata: { contentType: type } }))
    const picture: Picture = { id, owner: user, type, bytes: bytes.byteLength, createdAt: now }
    if (!(await readDatabase(() => insertPicture(c.env.DB, picture)))) {
      await useBucket(() => c.env.PICTURES.delete(objectOf(id)))
      throw tooMany((await readDatabase(() => secondsUntilPicture(c.env.DB, user, now))) ?? 1)
    }
    const url = `/pictures/${id}`
    const told = { id, type, bytes: picture.bytes, width, height, url, createdAt: rfc3339(now) }
    return c.json(told, 201, NO_STORE)
  },
)

pictureRoutes.describe(
  {
    method: 'get',
    path: '/pictures/{picture}',
    summary: 'A picture',
    request: { params: pictureParam },
    responses: {
      200: { description: 'The picture', content: binaryOfEachType },
      304: { description: 'It is as `If-None-Match` says' },
      ...problems('picture_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const id = pictureId.safeParse(c.req.param('picture'))
    if (!id.success) throw new Problem('picture_not_found')
    const key = objectOf(id.data)
    const known = c.req.header('if-none-match')
    if (known !== undefined) {
      const object = await useBucket(() => c.env.PICTURES.head(key))
      if (object && names(known, object.httpEtag))
        return c.body(null, 304, { ...PICTURE_HEADERS, ETag: object.httpEtag })
    }
    const object = await useBucket(() => c.env.PICTURES.get(key))
    if (!object) throw new Problem('picture_not_found')
    const { contentType = 'application/octet-stream' } = object.httpMetadata ?? {}
    return c.body(object.body, 200, {
      ...PICTURE_HEADERS,
      ETag: object.httpEtag,
      'Content-Type': contentType,
      'Content-Length': String(object.size),
    })
  },
)

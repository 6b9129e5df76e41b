import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { newId } from '../http/ids.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signIn, signInPerson } from '../users/sign-in.ts'
import { readPicture } from './picture-body.ts'
import { PICTURE_TYPES } from './picture-format.ts'
import { pictureId } from './picture-ids.ts'
import {
  deletePicture,
  findPicture,
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

/**
 * What is under an id never changes, and is nothing but a picture, whatever a browser makes of it. It may be taken down,
 * and is gone everywhere an hour later.
 */
const PICTURE_HEADERS = {
  'Cache-Control': 'public, max-age=3600',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
}

const tooMany = (seconds: number): Problem =>
  new Problem('rate_limited', {
    detail: `At most ${MAX_PICTURES_A_DAY} pictures in 24 hours.`,
    headers: { 'Retry-After': String(seconds) },
  })

/** A reason of 500 characters, of six bytes each when they are escaped, and as much again. */
const MAX_REMOVAL_BYTES = 4_096

/** What operators need to find the case again. */
const MAX_REASON_LENGTH = 500

const removalBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(MAX_REASON_LENGTH).describe('Why, for the audit log.'),
  })
  .openapi('PictureRemoval')

/** The picture a path names. Throws picture_not_found (404). */
function readPictureId(c: AppContext): string {
  const id = pictureId.safeParse(c.req.param('picture'))
  if (!id.success) throw new Problem('picture_not_found')
  return id.data
}

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
    description: `The body is the picture itself: at most 2 MB, 8,000 by 8,000 pixels; at most ${MAX_PICTURES_A_DAY} in 24 hours a user. Everyone who knows its address sees it. What says where, when, by whom or with what it was taken (EXIF, XMP, IPTC, texts) is taken out before it is kept, and with it the orientation that a camera notes in EXIF: turn the pixels before uploading.`,
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
    const key = objectOf(readPictureId(c))
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

pictureRoutes.describe(
  {
    method: 'delete',
    path: '/v1/pictures/{picture}',
    summary: 'Take a picture down (its owner while no published text shows it; operators)',
    description:
      'It leaves the texts of its owner that are not published. Published texts keep its id, under which nothing is found any more; caches may show it for another hour. Operators say why, in the body; its owner sends none. After an answer of 503 this is to be repeated, until it answers 204 or 404.',
    security: bearer,
    request: {
      params: pictureParam,
      body: { required: false, content: { 'application/json': { schema: removalBody } } },
    },
    responses: {
      204: { description: 'It is gone' },
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'not_yours',
        'picture_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user, operator } = await signIn(c)
    const id = readPictureId(c)
    const picture = await readDatabase(() => findPicture(c.env.DB, id))
    if (picture) {
      const owns = picture.owner === user
      if (!owns && !operator) throw new Problem('not_yours')
      // An operator's own picture is theirs as anyone's, unless they say why.
      const says = operator && !(owns && c.req.header('content-type') === undefined)
      const reason = says ? parseJson(await readText(c.req.raw, MAX_REMOVAL_BYTES), removalBody).reason : null
      const removed = await readDatabase(() =>
        deletePicture(c.env.DB, picture, { actor: user, reason }, Date.now()),
      )
      if (!removed && (await readDatabase(() => findPicture(c.env.DB, id))))
        throw new Problem('state_conflict', { detail: 'A published text shows it.' })
    }
    // The row first: it decides, in one transaction. An object without a row belongs to no one and is in no text, so that
    // any repeat ends what was cut off here.
    await useBucket(() => c.env.PICTURES.delete(objectOf(id)))
    if (!picture) throw new Problem('picture_not_found')
    return c.body(null, 204, NO_STORE)
  },
)

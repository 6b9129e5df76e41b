import { describe, expect, it } from 'vitest'
import { ownsPictures } from '../../src/proposals/pictures-store.ts'
import { isProposer } from '../../src/proposals/store.ts'
import { expectDocumented } from './documented.ts'
import { PNG, propose, uploadPicture } from './proposal-calls.ts'
import { sql } from './registry-calls.ts'
import { expectProblem, freshId, send, sendWith, tokenFor, world } from './world.ts'

async function upload(
  user: string,
  body: BodyInit,
  type = 'image/png',
  parts: Parameters<typeof sendWith>[0] = {},
): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor(user)}`, 'Content-Type': type }
  const answer = await sendWith(parts, '/v1/pictures', { method: 'POST', headers, body })
  await expectDocumented('post /v1/pictures', answer)
  return answer
}

/** A PNG of one pixel that says it has another size, with `more` bytes behind it. */
function png(width: number, height: number, more = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PNG.byteLength + more)
  bytes.set(PNG)
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  return bytes
}

const objects = async () => (await world.PICTURES.list()).objects.map(({ key }) => key)

const rowsOf = async (user: string) =>
  (await sql('SELECT id, type, bytes FROM pictures WHERE owner = ?', user)).results

const MAX_BYTES = 2 * 1_024 * 1_024

describe('a picture', () => {
  it('is uploaded by a user and seen by everyone, for good and as nothing but a picture', async () => {
    const user = freshId('user')
    const answer = await upload(user, PNG)
    expect(answer.status).toBe(201)
    const picture = await answer.json<{ id: string; url: string }>()
    expect(picture).toEqual({
      id: expect.stringMatching(/^picture_[0-9a-f]{32}$/),
      ...{ type: 'image/png', bytes: PNG.byteLength, width: 1, height: 1 },
      ...{ url: `/pictures/${picture.id}`, createdAt: expect.any(String) },
    })
    expect(await rowsOf(user)).toEqual([{ id: picture.id, type: 'image/png', bytes: PNG.byteLength }])
    const { results } = await sql(
      'SELECT actor, action FROM audit_log WHERE subject = ?',
      `picture:${picture.id}`,
    )
    expect(results).toEqual([{ actor: user, action: 'picture.uploaded' }])

    const seen = await send(picture.url)
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(PNG)
    expect(Object.fromEntries(seen.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      etag: expect.stringMatching(/^".+"$/),
    })
    const etag = seen.headers.get('ETag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const same = await send(picture.url, { headers: { 'If-None-Match': known } })
      expect([same.status, await same.text(), same.headers.get('ETag')]).toEqual([304, '', etag])
    }
    for (const known of ['"other"', 'nonsense', ''])
      expect((await send(picture.url, { headers: { 'If-None-Match': known } })).status).toBe(200)
    const head = await send(picture.url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('that is not there is not found', async () => {
    for (const id of [`picture_${'0'.repeat(32)}`, 'x', '..%2fsecret', 'picture_']) {
      const answer = await send(`/pictures/${id}`)
      await expectDocumented('get /pictures/{picture}', answer)
      await expectProblem(answer, 'picture_not_found')
    }
  })

  it.each<[string, BodyInit, string]>([
    ['a page', '<script>alert(1)</script>', 'image/png'],
    ['nothing', '', 'image/png'],
    ['a PNG that is called a JPEG', PNG, 'image/jpeg'],
    ['a PNG cut in its header', PNG.slice(0, 20), 'image/png'],
    ['wider than 8,000 pixels', png(8_001, 1), 'image/png'],
    ['higher than 8,000 pixels', png(1, 8_001), 'image/png'],
    ['without a pixel', png(0, 1), 'image/png'],
  ])('is not %s', async (_, body, type) => {
    const user = freshId('user')
    await expectProblem(await upload(user, body, type), 'picture_invalid')
    expect(await rowsOf(user)).toEqual([])
  })

  it('is a JPEG, a PNG or a WebP by its Content-Type', async () => {
    const user = freshId('user')
    for (const type of ['image/gif', 'image/svg+xml', 'application/json', 'text/html', 'image/pngx'])
      await expectProblem(await upload(user, PNG, type), 'unsupported_media_type')
    expect((await upload(user, PNG, 'Image/PNG; x=y')).status).toBe(201)
    expect((await upload(user, png(8_000, 8_000))).status).toBe(201)
  })

  it('has 2 MB at most, in one piece or in chunks of unknown length', async () => {
    const user = freshId('user')
    const [largest, larger] = [
      png(1, 1, MAX_BYTES - PNG.byteLength),
      png(1, 1, MAX_BYTES - PNG.byteLength + 1),
    ]
    const chunked = (bytes: Uint8Array) =>
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.byteLength; at += 65_536)
            controller.enqueue(bytes.slice(at, at + 65_536))
          controller.close()
        },
      })
    for (const body of [larger, chunked(larger)])
      await expectProblem(await upload(user, body), 'body_too_large')
    for (const body of [largest, chunked(largest)]) expect((await upload(user, body)).status).toBe(201)
  })

  it('is one of twenty a day, however many come at a time, and it says when the next one may', async () => {
    const user = freshId('user')
    const before = (await objects()).length
    const answers = await Promise.all(Array.from({ length: 24 }, () => upload(user, PNG)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    // Those that met the limit after they were stored are taken out again.
    expect(await objects()).toHaveLength(before + 20)
    const refused = answers.find(({ status }) => status !== 201) as Response
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(86_000)
    await expectProblem(refused, 'rate_limited')
    await sql(
      'UPDATE pictures SET created_at = created_at - 86400000 WHERE id = (SELECT min(id) FROM pictures WHERE owner = ?)',
      user,
    )
    expect((await upload(user, PNG)).status).toBe(201)
    await expectProblem(await upload(user, PNG), 'rate_limited')
  })

  it('is not taken from those who do not sign in, nor from accounts that were deleted', async () => {
    const user = freshId('user')
    const headers = { 'Content-Type': 'image/png' }
    await expectProblem(await send('/v1/pictures', { method: 'POST', headers, body: PNG }), 'token_missing')
    await sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    await expectProblem(await upload(user, PNG), 'account_deleted')
  })

  it('whose row could not be written is in no text and told to no one', async () => {
    const user = freshId('user')
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      batch: () => Promise.reject(new Error('D1_ERROR')),
    }
    const before = await objects()
    await expectProblem(await upload(user, PNG, 'image/png', { DB }), 'unavailable')
    const [left = ''] = (await objects()).filter((key) => !before.includes(key))
    expect(left).toMatch(/^pictures\/picture_/)
    expect(await ownsPictures(world.DB, user, [left.replace('pictures/', '')])).toBe(false)
  })

  it('whose object is lost is not found, and the texts that name it are read as before', async () => {
    const user = freshId('user')
    const id = await uploadPicture(user)
    const proposal = await propose(user, { pictures: [id] })
    await world.PICTURES.delete(`pictures/${id}`)
    await expectProblem(await send(`/pictures/${id}`), 'picture_not_found')
    const headers = { Authorization: `Bearer ${await tokenFor(user)}` }
    const read = await send(`/v1/proposals/${proposal}`, { headers })
    expect(await read.json()).toMatchObject({ pictures: [id] })
  })

  it('that R2 does not take leaves no row', async () => {
    const user = freshId('user')
    const broken = () => Promise.reject(new Error('R2 is away'))
    const PICTURES = { put: broken, get: broken }
    await expectProblem(await upload(user, PNG, 'image/png', { PICTURES }), 'unavailable')
    expect(await rowsOf(user)).toEqual([])
    const id = await uploadPicture(user)
    const answer = await sendWith({ PICTURES }, `/pictures/${id}`)
    await expectDocumented('get /pictures/{picture}', answer)
    await expectProblem(answer, 'unavailable')
  })
})

describe('who someone is', () => {
  it('to pictures: their owner, of all of them or not', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const [a, b, theirs] = [await uploadPicture(user), await uploadPicture(user), await uploadPicture(other)]
    const owns = (...ids: string[]) => ownsPictures(world.DB, user, ids)
    expect(await Promise.all([owns(), owns(a), owns(a, b), owns(b, b)])).toEqual(Array(4).fill(true))
    expect(await Promise.all([owns(theirs), owns(a, theirs), owns('nonsense')])).toEqual(Array(3).fill(false))
  })

  it('to a proposal: a proposer of it or not', async () => {
    const user = freshId('user')
    const id = await propose(user)
    expect(await isProposer(world.DB, id, user)).toBe(true)
    expect(await isProposer(world.DB, id, 'another')).toBe(false)
    expect(await isProposer(world.DB, 'no-such-dream', user)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { ownsPictures } from '../../src/proposals/pictures-store.ts'
import { isProposer } from '../../src/proposals/store.ts'
import { expectDocumented } from './documented.ts'
import { ask, askAmid, PNG, propose, uploadPicture } from './proposal-calls.ts'
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
  it('is uploaded by a user and seen by everyone, as nothing but a picture', async () => {
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
      'cache-control': 'public, max-age=3600',
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
    ['a PNG cut in its data', PNG.slice(0, 50), 'image/png'],
    ['a PNG without its end', PNG.slice(0, -12), 'image/png'],
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

/** Puts a picture into a published story. */
async function publish(id: string): Promise<void> {
  const story = JSON.stringify({ what: 'x', pictures: [id] })
  await sql(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, story)
     SELECT ?1, ifnull(max(position), 0) + 1, ?1, ?1, '', 1, 0, 1, 'collecting', 0, ?2 FROM dreams`,
    freshId('dream'),
    story,
  )
}

async function remove(user: string, id: string, body?: unknown, roles?: string[]): Promise<Response> {
  const answer = await ask(user, 'DELETE', `/v1/pictures/${id}`, body, roles)
  if (answer.status !== 204) await expectDocumented('delete /v1/pictures/{picture}', answer)
  return answer
}

const removalsOf = async (id: string) => {
  const { results } = await sql(
    "SELECT actor, detail FROM audit_log WHERE subject = ? AND action = 'picture.removed'",
    `picture:${id}`,
  )
  return (results as { actor: string; detail: string }[]).map((row) => ({
    ...row,
    detail: JSON.parse(row.detail),
  }))
}

describe('what a camera wrote into a picture', () => {
  it('is not kept', async () => {
    const user = freshId('user')
    const note = new TextEncoder().encode('Comment\0Ann, 31.2 N 121.5 E')
    const chunk = new Uint8Array(12 + note.byteLength)
    new DataView(chunk.buffer).setUint32(0, note.byteLength)
    chunk.set(new TextEncoder().encode('tEXt'), 4)
    chunk.set(note, 8)
    const behindHeader = 33
    const told = new Blob([PNG.slice(0, behindHeader), chunk, PNG.slice(behindHeader), note])
    const answer = await upload(user, await told.arrayBuffer())
    const { url, bytes } = await answer.json<{ url: string; bytes: number }>()
    expect(new Uint8Array(await (await send(url)).arrayBuffer())).toEqual(PNG)
    expect(bytes).toBe(PNG.byteLength)
  })
})

describe('taking a picture down', () => {
  it('is for its owner: bytes and row are gone, their texts go on without it, and a repeat finds nothing', async () => {
    const user = freshId('user')
    const [id, kept] = [await uploadPicture(user), await uploadPicture(user)]
    const proposal = await propose(user, { pictures: [id, kept] })
    expect((await remove(user, id)).status).toBe(204)
    expect(await objects()).not.toContain(`pictures/${id}`)
    expect(await rowsOf(user)).toMatchObject([{ id: kept }])
    await expectProblem(await send(`/pictures/${id}`), 'picture_not_found')
    const read = await ask(user, 'GET', `/v1/proposals/${proposal}`)
    expect(await read.json()).toMatchObject({ pictures: [kept] })
    await expectProblem(await remove(user, id), 'picture_not_found')
    expect(await removalsOf(id)).toEqual([{ actor: user, detail: {} }])
    expect((await send(`/pictures/${kept}`)).status).toBe(200)
  })

  it('is not for others, nor for its owner while a published text shows it, but for operators who say why', async () => {
    const user = freshId('user')
    const id = await uploadPicture(user)
    await publish(id)
    await expectProblem(await remove(freshId('other'), id, { reason: 'I say so' }), 'not_yours')
    await expectProblem(await remove(user, id), 'state_conflict')
    for (const body of [{}, { reason: '  ' }, { reason: 'x'.repeat(501) }])
      await expectProblem(await remove('op', id, body, ['operator']), 'invalid_request')
    await expectProblem(await remove('op', id, undefined, ['operator']), 'unsupported_media_type')
    expect((await send(`/pictures/${id}`)).status).toBe(200)
    expect(await removalsOf(id)).toEqual([])

    expect((await remove('op', id, { reason: 'A child is seen' }, ['operator'])).status).toBe(204)
    await expectProblem(await send(`/pictures/${id}`), 'picture_not_found')
    await expectProblem(await remove('op', id, { reason: 'Again' }, ['operator']), 'picture_not_found')
    expect(await removalsOf(id)).toEqual([
      { actor: 'op', detail: { owner: user, reason: 'A child is seen' } },
    ])
  })

  it('that meets its publishing leaves it there', async () => {
    const user = freshId('user')
    const id = await uploadPicture(user)
    const answer = await askAmid(user, 'DELETE', `/v1/pictures/${id}`, undefined, () => publish(id))
    await expectProblem(answer, 'state_conflict')
    expect((await send(`/pictures/${id}`)).status).toBe(200)
  })

  it('that R2 did not hear of is ended by a repeat', async () => {
    const user = freshId('user')
    const id = await uploadPicture(user)
    const headers = { Authorization: `Bearer ${await tokenFor(user)}` }
    const PICTURES = { delete: () => Promise.reject(new Error('R2 is away')) }
    const answer = await sendWith({ PICTURES }, `/v1/pictures/${id}`, { method: 'DELETE', headers })
    await expectProblem(answer, 'unavailable')
    await expectProblem(await remove(user, id), 'picture_not_found')
    await expectProblem(await send(`/pictures/${id}`), 'picture_not_found')
    expect(await removalsOf(id)).toHaveLength(1)
  })

  it('of what is no picture finds nothing', async () => {
    for (const id of ['x', `picture_${'0'.repeat(32)}`])
      await expectProblem(await remove('u', id), 'picture_not_found')
    await expectProblem(await send('/v1/pictures/x', { method: 'DELETE' }), 'token_missing')
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

import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openClaims, sealClaims } from '../../src/sessions/sealed.ts'

const key = randomBytes(32).toString('base64')
const claims = { user: 'someone', operator: true }

afterEach(() => {
  vi.useRealTimers()
})

describe('a sealed cookie', () => {
  it('opens as what was sealed, and shows nothing of it outside', async () => {
    const sealed = await sealClaims(key, 'session', claims, 60)
    expect(await openClaims(key, 'session', sealed)).toMatchObject(claims)
    for (const part of sealed.split('.')) {
      const text = Buffer.from(part, 'base64url').toString('latin1')
      expect(text).not.toMatch(/someone|operator/)
    }
  })

  it('is another one each time', async () => {
    expect(await sealClaims(key, 'session', claims, 60)).not.toBe(
      await sealClaims(key, 'session', claims, 60),
    )
  })

  it('opens for no other purpose and under no other key', async () => {
    const sealed = await sealClaims(key, 'sign-in', claims, 60)
    expect(await openClaims(key, 'session', sealed)).toBeNull()
    expect(await openClaims(randomBytes(32).toString('base64'), 'sign-in', sealed)).toBeNull()
    expect(await openClaims(key, 'sign-in', sealed)).toMatchObject(claims)
  })

  it('opens until its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_000_000 })
    const sealed = await sealClaims(key, 'session', claims, 60)
    vi.setSystemTime(1_790_000_000_000 + 59_000)
    expect(await openClaims(key, 'session', sealed)).toMatchObject(claims)
    vi.setSystemTime(1_790_000_000_000 + 60_000)
    expect(await openClaims(key, 'session', sealed)).toBeNull()
  })

  it('does not open when any part of it was changed, and never throws', async () => {
    const sealed = await sealClaims(key, 'session', claims, 60)
    const parts = sealed.split('.')
    for (const [index, part] of parts.entries()) {
      const other = part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`
      const changed = parts.with(index, part === '' ? 'AAAA' : other).join('.')
      expect(await openClaims(key, 'session', changed), `part ${index}`).toBeNull()
    }
    for (const nonsense of ['', '.', '....', 'x', `${sealed}.x`, '名字', 'a'.repeat(10_000)])
      expect(await openClaims(key, 'session', nonsense)).toBeNull()
  })

  it('does not open when it was made without encryption', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${encode({ alg: 'none' })}.${encode({ ...claims, exp: 4_000_000_000 })}.`
    expect(await openClaims(key, 'session', none)).toBeNull()
  })
})

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCode, hashCode, normaliseCode } from '../../src/links/codes.ts'

const KEY = randomBytes(32).toString('base64')
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a link code', () => {
  it('is two groups of four characters that are not taken for one another', () => {
    for (let n = 0; n < 200; n++)
      expect(createCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  })

  it('is never the same twice in ten thousand, and uses every character in every place', () => {
    const codes = Array.from({ length: 10_000 }, createCode)
    expect(new Set(codes).size).toBe(codes.length)
    for (const place of [0, 1, 2, 3, 5, 6, 7, 8])
      expect(new Set(codes.map((code) => code[place])).size).toBe(ALPHABET.length)
  })

  it('is read as a person types it: in any case, with spaces or dashes or none, O for 0, I and L for 1', () => {
    for (const typed of ['ABCD-1230', 'abcd1230', ' ab cd 12 3o ', 'AbCd-L23O', 'ABCD--i230', 'ABCD-123o\n'])
      expect([typed, normaliseCode(typed)]).toEqual([typed, 'ABCD1230'])
  })

  it('is what it was made as, however it is typed', () => {
    const mangled = fc.array(fc.constantFrom('', ' ', '-', '\t'), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(mangled, fc.boolean(), (between, low) => {
        const code = createCode()
        const typed = [...(low ? code.toLowerCase() : code)].map((char, n) => char + between[n]).join('')
        expect(normaliseCode(typed)).toBe(code.replace('-', ''))
      }),
    )
  })

  it.each([
    '',
    '-',
    'ABCD-123',
    'ABCD-12345',
    'ABCD-123U',
    'ABCD-123!',
    '小红花小红花小红',
    'ABCD_1234',
    '0'.repeat(32),
  ])('is not %j', (typed) => {
    expect(normaliseCode(typed)).toBeNull()
  })

  it('is nothing that grows or shrinks into the alphabet when written in capitals', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (typed) => {
        const code = normaliseCode(typed)
        if (code === null) return
        expect(code).toHaveLength(8)
        expect([...code].every((char) => ALPHABET.includes(char))).toBe(true)
      }),
    )
  })

  it('is kept as a hash that depends on the code and the key and tells neither', async () => {
    const hash = await hashCode(KEY, 'ABCD1230')
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await hashCode(KEY, 'ABCD1230')).toBe(hash)
    expect(await hashCode(KEY, 'ABCD1231')).not.toBe(hash)
    expect(await hashCode(randomBytes(32).toString('base64'), 'ABCD1230')).not.toBe(hash)
  })
})

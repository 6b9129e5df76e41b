import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_KEY_LENGTH, readIdempotencyKey } from '../../src/http/idempotency.ts'

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: MAX_KEY_LENGTH,
})

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

describe('an Idempotency-Key', () => {
  it('is any visible ASCII, bare or as a quoted string, and both are the same key', () => {
    fc.assert(
      fc.property(visible, (key) => {
        expect(readIdempotencyKey(quote(key))).toBe(key)
        if (!key.startsWith('"')) expect(readIdempotencyKey(key)).toBe(key)
      }),
    )
  })

  it('is read without the blanks around it', () => {
    expect(readIdempotencyKey('  8e03978e-40d5-43dd-bc93-6894a57f9324 ')).toBe(
      '8e03978e-40d5-43dd-bc93-6894a57f9324',
    )
    expect(readIdempotencyKey('\t"a"\t')).toBe('a')
  })

  it('may hold escaped quotes and backslashes', () => {
    expect(readIdempotencyKey('"a\\"b\\\\c"')).toBe('a"b\\c')
  })

  it.each([undefined, '', ' ', '\t'])('is missing: %j', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('idempotency_key_missing')
  })

  it.each([
    '""',
    '"',
    '"a',
    '"a"b',
    '"a";p=1',
    'a b',
    '"a b"',
    'a, b',
    '"a", "b"',
    'ключ',
    'a\u0000',
    'a\u007f',
    '"a\\n"',
  ])('is not %j', (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('idempotency_key_invalid')
  })

  it('has at most 255 characters, counted without quotes and escapes', () => {
    const longest = '"'.repeat(MAX_KEY_LENGTH)
    expect(readIdempotencyKey(quote(longest))).toBe(longest)
    expect(() => readIdempotencyKey(quote(`${longest}x`))).toThrow('idempotency_key_invalid')
    expect(() => readIdempotencyKey('x'.repeat(MAX_KEY_LENGTH + 1))).toThrow('idempotency_key_invalid')
  })

  it('is a key or a refusal, whatever the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => {
        try {
          expect(readIdempotencyKey(header)).toMatch(/^[\x21-\x7e]{1,255}$/)
        } catch (error) {
          expect((error as Error).message).toMatch(/^idempotency_key_(missing|invalid)$/)
        }
      }),
    )
  })
})

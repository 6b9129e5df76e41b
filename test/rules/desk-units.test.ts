import { describe, expect, it } from 'vitest'
import { sayFieldError } from '../../src/desk/field-words.ts'
import { toCents, writeCents } from '../../src/desk/life/units.ts'
import { readMoment, writeMoment } from '../../src/words/clock.ts'

describe('times of the desk', () => {
  it('are read and written on the clock of Asia/Shanghai, whatever the zone of the machine', () => {
    expect(readMoment('2026-09-05T07:30')).toBe('2026-09-04T23:30:00.000Z')
    expect(readMoment('2026-09-05T07:30:15')).toBe('2026-09-04T23:30:15.000Z')
    expect(writeMoment('2026-12-31T16:00:00.000Z')).toBe('2027-01-01T00:00')
  })

  it('are left as they are where they are none, for the API to refuse', () => {
    for (const text of ['', 'tomorrow', '2026-09-05', '2026-02-30T07:30', '2026-09-05T07:30Z'])
      expect(readMoment(text)).toBe(text)
  })
})

describe('amounts of the desk', () => {
  it('become cents exactly, and nothing else does', () => {
    const amounts = { '1.15': 115, '0.1': 10, '200000': 20_000_000, '1,234.50': 123_450, '8.29': 829 }
    for (const [amount, cents] of Object.entries(amounts))
      expect([amount, toCents(amount)]).toEqual([amount, cents])
    for (const none of ['', '1.234', '-1', '1e3', '0x10', '１２', '.5', '99999999999999'])
      expect(toCents(none)).toBeNaN()
  })

  it('are written with two decimals in their currency', () => {
    expect(writeCents('en', 123_450, 'CNY')).toBe('CNY 1,234.50')
  })
})

it('what the API says of a field is said in the language of the page', () => {
  expect(sayFieldError('zh', 'Too big: expected string to have <=500 characters')).toBe(
    '太长了：最多 500 个字。',
  )
  expect(sayFieldError('en', 'Invalid input: expected number, received null')).toBe('This must be a number.')
  expect(sayFieldError('zh', 'something new')).toBe('这里填得不对，请按说明填写。')
})

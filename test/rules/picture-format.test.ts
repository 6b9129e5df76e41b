import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPictureHeader } from '../../src/proposals/picture-format.ts'

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  )

const PNG = bytesOf('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 3, 32, 0, 0, 2, 88])
const FRAME = [0xff, 0xc2, 0, 17, 8, 2, 88, 3, 32]
const JPEG = bytesOf([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 3, 0, 0xff], FRAME)
const LOSSY = bytesOf(
  'RIFF',
  [0, 0, 0, 0],
  'WEBPVP8 ',
  [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 32, 0x43, 88, 0x42],
)
const LOSSLESS = bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x1f, 0xc3, 0x95, 0])
const EXTENDED = bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 31, 3, 0, 87, 2, 0])

const all = { PNG, JPEG, LOSSY, LOSSLESS, EXTENDED }

describe('a picture', () => {
  it.each([
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/webp', LOSSY],
    ['image/webp', LOSSLESS],
    ['image/webp', EXTENDED],
  ])('of %s is known by its header, with its size', (type, bytes) => {
    expect(readPictureHeader(bytes)).toEqual({ type, width: 800, height: 600 })
  })

  it.each(Object.entries(all))('that ends within its header is none: %s', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++)
      expect(readPictureHeader(bytes.subarray(0, length))).toBeNull()
  })

  it.each([
    ['a GIF', bytesOf('GIF89a', [1, 0, 1, 0, 0, 0, 0])],
    ['a page', bytesOf('<!doctype html><script>alert(1)</script>')],
    ['an SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['a JPEG whose data comes before its frame', bytesOf([0xff, 0xd8, 0xff, 0xda, 0, 2], FRAME)],
    ['a RIFF file that is a sound', bytesOf('RIFF', [0, 0, 0, 0], 'WAVEfmt ', Array(20).fill(0))],
    ['a WebP of an unknown chunk', bytesOf('RIFF', [0, 0, 0, 0], 'WEBPVP9 ', Array(20).fill(0))],
  ])('is not %s', (_, bytes) => {
    expect(readPictureHeader(bytes)).toBeNull()
  })

  it('is read from any bytes without a fault and in no time', () => {
    const start = fc.constantFrom(...Object.values(all), new Uint8Array())
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), fc.nat(40), (begin, rest, at) => {
        const header = readPictureHeader(Uint8Array.from([...begin.subarray(0, at), ...rest]))
        if (header) expect(header.width).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 2_000 },
    )
    const segments = new Uint8Array(2 * 1_024 * 1_024).fill(0xff)
    expect(readPictureHeader(Uint8Array.from([0xff, 0xd8, ...segments]))).toBeNull()
  })
})

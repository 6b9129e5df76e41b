import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripMetadata } from '../../src/proposals/picture-metadata.ts'

const bytesOf = (...parts: (string | readonly number[])[]): number[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [...part]))

const SECRET = 'GPS 31.2 N, Ann'

const segment = (marker: number, ...parts: (string | readonly number[])[]) => {
  const data = bytesOf(...parts)
  return [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data]
}

const JFIF = segment(0xe0, 'JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0])
const ICC = segment(0xe2, 'ICC_PROFILE\0', [1, 1, 7, 7])
const ADOBE = segment(0xee, 'Adobe', [0, 100, 0, 0, 0, 0, 1])
const FRAME = segment(0xc2, [8, 2, 88, 3, 32, 1, 1, 17, 0])
const TABLE = segment(0xc4, [0, 1, 2])
// Data with an 0xff of its own and a restart in it.
const SCAN = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 5, 0xff, 0, 6, 0xff, 0xd3, 7]
const END = [0xff, 0xd9]

const JPEG = [0xff, 0xd8, ...JFIF, ...ICC, ...ADOBE, ...FRAME, ...TABLE, ...SCAN, ...TABLE, ...SCAN, ...END]

const TOLD_JPEG = [
  ...[0xff, 0xd8, ...JFIF, ...segment(0xe1, 'Exif\0\0', SECRET)],
  ...segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', SECRET),
  ...[...segment(0xed, 'Photoshop 3.0\0', SECRET), ...segment(0xe2, 'MPF\0', SECRET)],
  ...[
    ...ICC,
    ...segment(0xe0, 'JFXX\0', SECRET),
    ...segment(0xeb, SECRET),
    ...ADOBE,
    ...segment(0xfe, SECRET),
  ],
  ...[...FRAME, 0xff, ...TABLE, ...SCAN, ...segment(0xe1, SECRET), ...TABLE, ...SCAN],
  ...[...segment(0xfe, SECRET), ...END, ...bytesOf(SECRET)],
]

const chunk = (type: string, ...parts: (string | readonly number[])[]) => {
  const data = bytesOf(...parts)
  return [0, 0, data.length >> 8, data.length & 0xff, ...bytesOf(type), ...data, 1, 2, 3, 4]
}

const SIGNATURE = bytesOf('\x89PNG\r\n\x1a\n')
const IHDR = chunk('IHDR', [0, 0, 3, 32, 0, 0, 2, 88, 8, 6, 0, 0, 0])
const PNG_DATA = [
  ...chunk('iCCP', [1]),
  ...chunk('tRNS', [1]),
  ...chunk('IDAT', [1, 2]),
  ...chunk('IDAT', [3]),
]
const IEND = chunk('IEND')
const PNG = [...SIGNATURE, ...IHDR, ...PNG_DATA, ...IEND]
const TOLD_PNG = [
  ...[...SIGNATURE, ...IHDR],
  ...['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME', 'caBX'].flatMap((type) => chunk(type, SECRET)),
  ...[...PNG_DATA, ...chunk('tEXt', SECRET), ...IEND, ...bytesOf(SECRET)],
]

const riffChunk = (type: string, ...parts: (string | readonly number[])[]) => {
  const data = bytesOf(...parts)
  return [...bytesOf(type), data.length, 0, 0, 0, ...data, ...(data.length % 2 ? [0] : [])]
}

const riff = (...chunks: number[][]) => {
  const body = [...bytesOf('WEBP'), ...chunks.flat()]
  return [...bytesOf('RIFF'), body.length & 0xff, body.length >> 8, 0, 0, ...body]
}

const extended = (flags: number) => riffChunk('VP8X', [flags, 0, 0, 0, 31, 3, 0, 87, 2, 0])
const PROFILE = riffChunk('ICCP', [1, 2, 3])
const LOSSY = riffChunk('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 32, 0x43, 88, 0x42, 1])
const WEBP = riff(extended(0x30), PROFILE, riffChunk('ALPH', [1]), LOSSY)
const TOLD_WEBP = [
  ...riff(
    ...[extended(0x3c), PROFILE, riffChunk('ALPH', [1]), LOSSY],
    ...[riffChunk('EXIF', SECRET), riffChunk('XMP ', SECRET), riffChunk('NOTE', SECRET)],
  ),
  ...bytesOf(SECRET),
]

const pictures = [
  ['image/jpeg', JPEG, TOLD_JPEG],
  ['image/png', PNG, TOLD_PNG],
  ['image/webp', WEBP, TOLD_WEBP],
] as const

const strip = (bytes: readonly number[], type: (typeof pictures)[number][0]) => {
  const stripped = stripMetadata(Uint8Array.from(bytes), type)
  return stripped && [...stripped]
}

describe('a picture', () => {
  it.each(pictures)(
    'of %s loses all that is not the picture, and nothing of the picture',
    (type, bare, told) => {
      expect(strip(told, type)).toEqual(bare)
      expect(strip(bare, type)).toEqual(bare)
    },
  )

  it.each(pictures)('of %s that ends too early is none', (type, bare) => {
    for (let length = 0; length < bare.length; length++)
      expect(strip(bare.slice(0, length), type), `${length}`).toBeNull()
  })

  it('is read within a larger buffer', () => {
    const within = Uint8Array.from([1, 2, 3, ...TOLD_PNG, 4]).subarray(3, 3 + TOLD_PNG.length)
    expect([...(stripMetadata(within, 'image/png') ?? [])]).toEqual(PNG)
  })

  it('of WebP may have no header of flags, and an odd last chunk', () => {
    const plain = riff(LOSSY)
    expect(strip(plain, 'image/webp')).toEqual(plain)
    const odd = plain.slice(0, -1)
    odd[4] = (odd[4] ?? 0) - 1
    expect(strip(odd, 'image/webp')).toEqual(odd)
  })

  it.each([
    ['a PNG without data', 'image/png', [...SIGNATURE, ...IHDR, ...IEND]],
    ['a PNG that begins with data', 'image/png', [...SIGNATURE, ...PNG_DATA, ...IHDR, ...IEND]],
    ['a JPEG without a scan', 'image/jpeg', [0xff, 0xd8, ...JFIF, ...FRAME, ...END]],
    ['a JPEG with a segment of no length', 'image/jpeg', [0xff, 0xd8, 0xff, 0xe1, 0, 0, ...JPEG.slice(2)]],
    ['a JPEG with something between segments', 'image/jpeg', [0xff, 0xd8, 7, ...JPEG.slice(2)]],
    ['a WebP without an image', 'image/webp', riff(extended(0), riffChunk('EXIF', SECRET))],
    ['a WebP whose chunk is longer than it', 'image/webp', riff(bytesOf('VP8 ', [200, 0, 0, 0], 'short'))],
  ] as const)('is not %s', (_, type, bytes) => {
    expect(strip(bytes, type)).toBeNull()
  })

  it('is read from any bytes without a fault, and stripping twice is stripping once', () => {
    fc.assert(
      fc.property(
        ...[fc.constantFrom(...pictures), fc.nat(300), fc.uint8Array({ maxLength: 20 })],
        ([type, , told], at, put) => {
          const bytes = [...told]
          bytes.splice(at, put.length, ...put)
          const once = strip(bytes, type)
          if (once) expect(strip(once, type)).toEqual(once)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('of 2 MB takes no time, whatever it is made of', () => {
    const mega = 2 * 1_024 * 1_024
    const stuffed = Array.from({ length: mega / 2 }, () => [0xff, 0]).flat()
    for (const filling of [stuffed, new Uint8Array(mega).fill(0xff), new Uint8Array(mega)]) {
      const start = performance.now()
      const bytes = Uint8Array.from([...JPEG.slice(0, -2), ...filling, ...END])
      expect(stripMetadata(bytes, 'image/jpeg')?.length).toBeGreaterThan(0)
      expect(performance.now() - start).toBeLessThan(2_000)
    }
  })
})

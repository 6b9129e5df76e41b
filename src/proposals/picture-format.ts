/** What the first bytes of a picture say of it. Pure; nothing is decoded. */

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const

export type PictureType = (typeof PICTURE_TYPES)[number]

/** Width and height in pixels. */
export interface PictureHeader {
  readonly type: PictureType
  readonly width: number
  readonly height: number
}

/** The type and size of a JPEG, PNG or WebP by its header, or null for anything else. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return readPng(view) ?? readWebp(view) ?? readJpeg(view)
  } catch (error) {
    // The header goes on where the picture ends.
    if (error instanceof RangeError) return null
    throw error
  }
}

const textAt = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, n) => view.getUint8(at + n)))

/** PNG (ISO 15948): a signature, then IHDR, which begins with width and height. */
function readPng(view: DataView): PictureHeader | null {
  if (textAt(view, 0, 8) !== '\x89PNG\r\n\x1a\n' || textAt(view, 12, 4) !== 'IHDR') return null
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** WebP (RFC 9649): a RIFF file whose first chunk is lossy, lossless or extended, each with a size of its own form. */
function readWebp(view: DataView): PictureHeader | null {
  if (textAt(view, 0, 4) !== 'RIFF' || textAt(view, 8, 4) !== 'WEBP') return null
  const type = 'image/webp'
  switch (textAt(view, 12, 4)) {
    case 'VP8 ':
      if (textAt(view, 23, 3) !== '\x9d\x01\x2a') return null
      return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return null
      const sizes = view.getUint32(21, true)
      return { type, width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X': {
      const sizeAt = (at: number) => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1
      return { type, width: sizeAt(24), height: sizeAt(27) }
    }
    default:
      return null
  }
}

/** JPEG (ISO 10918-1): segments, of which the frame header (SOF) holds the size. */
function readJpeg(view: DataView): PictureHeader | null {
  if (view.getUint16(0) !== 0xffd8) return null
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    // A marker may have any number of 0xff before it.
    if (marker === 0xff) at += 1
    else if (isFrameHeader(marker))
      return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    // The image's data, or its end, or what stands in no header.
    else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return null
    // No segment is shorter than its length, so that this ends.
    else at += 2 + Math.max(2, view.getUint16(at + 2))
  }
}

/** SOF0 to SOF15, among which stand DHT (c4), JPG (c8) and DAC (cc). */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

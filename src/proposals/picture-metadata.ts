import type { PictureType } from './picture-format.ts'

/**
 * Takes out of a picture what is not the picture: where and when it was taken, by whom and with what (EXIF, XMP, IPTC,
 * texts, thumbnails, and whatever stands behind its end). Pure; nothing is decoded, and what is kept is kept byte by byte.
 * Only what is needed for showing a picture is kept, so that no metadata of a kind unknown here comes through.
 */

/** Where a part that is kept begins, and where the next one does. */
type Part = readonly [start: number, end: number]

/** The picture without its metadata, or null when it is not built as its format says. */
export function stripMetadata(bytes: Uint8Array, type: PictureType): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const parts = CUTTERS[type](view)
    if (!parts) return null
    const stripped = join(bytes, parts)
    if (type === 'image/webp') mendWebp(new DataView(stripped.buffer))
    return stripped
  } catch (error) {
    // It goes on where its bytes end.
    if (error instanceof RangeError) return null
    throw error
  }
}

const CUTTERS = { 'image/jpeg': cutJpeg, 'image/png': cutPng, 'image/webp': cutWebp }

function join(bytes: Uint8Array, parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, [start, end]) => sum + end - start, 0))
  let at = 0
  for (const [start, end] of parts) {
    joined.set(bytes.subarray(start, end), at)
    at += end - start
  }
  return joined
}

const textAt = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, n) => view.getUint8(at + n)))

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9

/** JPEG (ISO 10918-1): segments, after some of which the data of a scan stands, up to the end of the image. */
function cutJpeg(view: DataView): Part[] | null {
  if (view.getUint16(0) !== 0xffd8) return null
  const parts: Part[] = [[0, 2]]
  let scans = 0
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    // A marker may have any number of 0xff before it.
    if (marker === 0xff) {
      at += 1
      continue
    }
    // What stands behind the end is no part of this picture: phones put a film there, or the whole picture again.
    if (marker === END_OF_IMAGE) return scans > 0 ? [...parts, [at, at + 2]] : null
    // Markers without a segment have no place here.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return null
    const length = view.getUint16(at + 2)
    let end = at + 2 + length
    if (length < 2 || end > view.byteLength) return null
    if (marker === START_OF_SCAN) {
      end = endOfScan(view, end)
      scans += 1
    }
    if (isShown(view, at, marker, length)) parts.push([at, end])
    at = end
  }
}

/** Whether a segment of a JPEG is needed to show it: all that is neither for applications (APPn) nor a comment. */
function isShown(view: DataView, at: number, marker: number, length: number): boolean {
  const begins = (text: string) => length >= 2 + text.length && textAt(view, at + 4, text.length) === text
  // JFIF of 16 bytes holds no thumbnail.
  if (marker === 0xe0) return length === 16 && begins('JFIF\0')
  // How its colours are meant. APP2 of another name holds further pictures (MPF).
  if (marker === 0xe2) return begins('ICC_PROFILE\0')
  if (marker === 0xee) return begins('Adobe')
  return marker < 0xe0
}

/** Where the data of a scan ends: at the first marker but those that stand inside. Throws RangeError when it never does. */
function endOfScan(view: DataView, start: number): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  for (let at = start; ; ) {
    at = bytes.indexOf(0xff, at)
    if (at < 0) throw new RangeError('the scan has no end')
    const next = view.getUint8(at + 1)
    if (next === 0xff) at += 1
    // An 0xff of the data, or a restart.
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2
    else return at
  }
}

/** The picture, its transparency, colours, size and movement. */
const PNG_CHUNKS = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT'.split(' '),
)

/** PNG (ISO 15948): chunks of length, type, data and checksum, from IHDR to IEND. */
function cutPng(view: DataView): Part[] | null {
  if (textAt(view, 0, 8) !== '\x89PNG\r\n\x1a\n') return null
  if (view.getUint32(8) !== 13 || textAt(view, 12, 4) !== 'IHDR') return null
  const parts: Part[] = [[0, 8]]
  let hasData = false
  for (let at = 8; ; ) {
    const end = at + 12 + view.getUint32(at)
    if (end > view.byteLength) return null
    const type = textAt(view, at + 4, 4)
    if (PNG_CHUNKS.has(type)) parts.push([at, end])
    if (type === 'IDAT') hasData = true
    if (type === 'IEND') return hasData ? parts : null
    at = end
  }
}

const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** WebP (RFC 9649): a RIFF file of chunks, each filled up to an even length. */
function cutWebp(view: DataView): Part[] | null {
  if (textAt(view, 0, 4) !== 'RIFF' || textAt(view, 8, 4) !== 'WEBP') return null
  const fileEnd = 8 + view.getUint32(4, true)
  if (fileEnd > view.byteLength) return null
  const parts: Part[] = [[0, 12]]
  let hasImage = false
  for (let at = 12; at < fileEnd; ) {
    const type = textAt(view, at, 4)
    const size = view.getUint32(at + 4, true)
    // Some leave the last one odd.
    const end = Math.min(at + 8 + size + (size % 2), fileEnd)
    if (at + 8 + size > fileEnd) return null
    if (WEBP_CHUNKS.has(type)) parts.push([at, end])
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') hasImage = true
    at = end
  }
  return hasImage ? parts : null
}

/** Says in the headers of a WebP that it is as long as it is, and that it holds neither EXIF nor XMP. */
function mendWebp(view: DataView): void {
  view.setUint32(4, view.byteLength - 8, true)
  if (textAt(view, 12, 4) === 'VP8X') view.setUint8(20, view.getUint8(20) & ~0x0c)
}

import { readBytes } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { PICTURE_TYPES, type PictureHeader, readPictureHeader } from './picture-format.ts'
import { stripMetadata } from './picture-metadata.ts'

/** A photograph of 8 megapixels, well compressed. */
const MAX_PICTURE_BYTES = 2 * 1_024 * 1_024

/** Most pixels a side: what a phone's browser still decodes (256 MB of memory at 8,000 by 8,000). */
const MAX_SIDE_PIXELS = 8_000

/**
 * The picture that is a request's body, without its metadata. Throws unsupported_media_type (415), body_too_large (413), and picture_invalid
 * (422) when it is not what its Content-Type says, has too many pixels, or is broken.
 */
export async function readPicture(request: Request): Promise<PictureHeader & { readonly bytes: Uint8Array }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (!PICTURE_TYPES.some((each) => each === type))
    throw new Problem('unsupported_media_type', { detail: `The body must be ${PICTURE_TYPES.join(' or ')}.` })
  const bytes = await readBytes(request, MAX_PICTURE_BYTES)
  const header = readPictureHeader(bytes)
  const invalid = (detail: string) => new Problem('picture_invalid', { detail })
  if (!header) throw invalid('Its first bytes are those of no picture.')
  if (header.type !== type) throw invalid(`Its first bytes are those of ${header.type}, not ${type}.`)
  const sides = [header.width, header.height]
  if (sides.some((side) => side < 1 || side > MAX_SIDE_PIXELS))
    throw invalid(`It has ${sides.join(' by ')} pixels; each side has 1 to ${MAX_SIDE_PIXELS}.`)
  const stripped = stripMetadata(bytes, header.type)
  if (!stripped) throw invalid('It ends too early, or is not built as its format says.')
  return { ...header, bytes: stripped }
}

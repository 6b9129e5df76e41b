import { readBytes } from '../../http/body.ts'
import { Problem } from '../../http/problem.ts'

/** The largest picture the API takes, and what a form puts around it: names, boundaries, other fields. */
const MAX_UPLOAD_BYTES = (2 * 1_024 + 64) * 1_024

/** What is read and thrown away of a body that is too large: a phone's largest photographs. */
const MAX_DISCARDED_BYTES = 16 * 1_024 * 1_024

/**
 * The file that a form sends under `name`; null where none was chosen. Throws unsupported_media_type (415), body_too_large
 * (413) and invalid_request (400).
 */
export async function readUpload(request: Request, name: string): Promise<File | null> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new Problem('unsupported_media_type')
  const bytes = await readBytes(request, MAX_UPLOAD_BYTES).catch(async (error) => {
    await discard(request.body)
    throw error
  })
  const file = await new Response(bytes, { headers: { 'Content-Type': type } })
    .formData()
    .then((form) => form.get(name))
    .catch(() => {
      throw new Problem('invalid_request')
    })
  // A file field that was left empty comes as a file of no name and no bytes.
  return typeof file === 'string' || file === null || file.size === 0 ? null : file
}

/** A browser that is answered while it still sends shows a broken connection and not the answer. */
async function discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (!body || body.locked) return
  const reader = body.getReader()
  for (let bytes = 0; bytes < MAX_DISCARDED_BYTES; ) {
    const { value, done } = await reader.read()
    if (done) return
    bytes += value.byteLength
  }
  await reader.cancel()
}

/** Strong entity tags, and whether a client has what they name. */

/** The entity tag of a text, or of bytes: the same bytes, the same tag. */
export async function etagOf(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const input = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
  return `"${Array.from(bytes.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')}"`
}

/** True where a request says by `If-None-Match` that it has what `etag` names. */
export function hasAlready(request: Request, etag: string): boolean {
  const known = request.headers.get('if-none-match')
  return (
    known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*') ?? false
  )
}

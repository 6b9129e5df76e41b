import { Problem } from '../http/problem.ts'

/**
 * Files in the edge cache of the place, whole or not at all. A file is streamed into the cache under an address of its own,
 * and found through a note that is written when it is there to its end: what broke off has no note.
 */

const addressOf = (url: string, path: string): Request => new Request(new URL(`/kept-files/${path}`, url))

/** A file that is kept under a name, or null. */
export async function findKept(url: string, name: string): Promise<Response | null> {
  const note = await caches.default.match(addressOf(url, name))
  const file = note && (await caches.default.match(addressOf(url, `${name}/${await note.text()}`)))
  return file ? new Response(file.body, file) : null
}

/** Keeps a file for as long as its own headers say. Throws unavailable (503) when it breaks off. */
export async function keepFile(url: string, name: string, file: Response): Promise<void> {
  const id = crypto.randomUUID()
  const control = file.headers.get('Cache-Control') ?? ''
  try {
    await caches.default.put(addressOf(url, `${name}/${id}`), file)
    await caches.default.put(
      addressOf(url, name),
      new Response(id, { headers: { 'Content-Type': 'text/plain', 'Cache-Control': control } }),
    )
  } catch (error) {
    console.error({ event: 'file.not_kept', file: name, error: String(error) })
    throw new Problem('unavailable')
  }
}

import { readBytes } from '../../http/body.ts'
import { Problem } from '../../http/problem.ts'

/** What a form may hold: the longest story in Chinese is 12 bytes a character when encoded. */
const MAX_FORM_BYTES = 256 * 1_024

/** Fields of one form: a decision on 200 proposals and what comes with it. */
const MAX_FIELDS = 500

/** The fields of a form as they were sent. */
export class Form {
  readonly #fields: URLSearchParams

  constructor(fields: URLSearchParams) {
    this.#fields = fields
  }

  /** A field without the space around it; empty where it was not sent. Line breaks as `\n`. */
  text(name: string): string {
    return (this.#fields.get(name) ?? '').replaceAll('\r\n', '\n').trim()
  }

  /** A field, or undefined where it is empty. */
  optional(name: string): string | undefined {
    return this.text(name) || undefined
  }

  /** All values of a field, without empty ones. */
  all(name: string): string[] {
    return this.#fields
      .getAll(name)
      .map((value) => value.trim())
      .filter((value) => value !== '')
  }

  /** A whole number; NaN where it is none, which the API refuses with the field's name. */
  int(name: string): number {
    const text = this.text(name)
    return /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  }

  /** True for a box that was ticked. */
  ticked(name: string): boolean {
    return this.#fields.has(name)
  }
}

/** A form's fields. Throws unsupported_media_type (415), body_too_large (413) and invalid_request (400). */
export async function readForm(request: Request): Promise<Form> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) throw new Problem('unsupported_media_type')
  const fields = new URLSearchParams(new TextDecoder().decode(await readBytes(request, MAX_FORM_BYTES)))
  if (fields.size > MAX_FIELDS) throw new Problem('invalid_request')
  return new Form(fields)
}

/**
 * Throws cross_site (403) unless a request to change something comes from a page of ours: by `Sec-Fetch-Site`, which no page
 * can set, or by `Origin` from browsers that do not send it. One of both comes with every form a browser sends; who
 * sends neither is no browser. The session cookie is `SameSite` besides.
 */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const ours = site === null ? origin === new URL(request.url).origin : site === 'same-origin'
  if (!ours) throw new Problem('cross_site')
}

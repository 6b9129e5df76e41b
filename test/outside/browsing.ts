/** A browser without a screen: it keeps cookies by origin and follows redirects. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>()
  readonly #lang: string

  constructor(lang = 'en') {
    this.#lang = lang
  }

  /** The cookies of an origin. */
  cookies(url: string): Map<string, string> {
    const { origin } = new URL(url)
    const jar = this.#jars.get(origin) ?? new Map<string, string>()
    this.#jars.set(origin, jar)
    return jar
  }

  /** One request, without following where it leads. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.cookies(url)
    const headers = new Headers(init.headers)
    headers.set('Accept', 'text/html')
    headers.set('Accept-Language', this.#lang)
    if (jar.size > 0) headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      const gone = value === '' || /max-age=0\b/i.test(cookie) || /expires=thu, 01 jan 1970/i.test(cookie)
      if (gone) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }

  /** Follows redirects to a page, or up to the first address that `until` names, which is not opened. */
  async go(url: string, until?: RegExp): Promise<{ url: string; status: number; text: string }> {
    for (let hops = 0; hops < 15; hops++) {
      if (until?.test(url)) return { url, status: 0, text: '' }
      const answer = await this.ask(url)
      const to = answer.headers.get('location')
      if (!to || answer.status < 300 || answer.status > 399)
        return { url, status: answer.status, text: await answer.text() }
      await answer.body?.cancel()
      url = new URL(to, url).href
    }
    throw new Error(`no end of redirects at ${url}`)
  }

  /** Sends a form of the origin's own. */
  send(url: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.ask(url, {
      method: 'POST',
      headers: { Origin: new URL(url).origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
  }
}

/**
 * `<dream-badge dream="clean-water"><a href="...">...</a></dream-badge>`: a dream's progress on any page, by one script and
 * without a framework. What stands within it is shown until the picture has come, and again should it fail.
 *
 * Attributes: `dream` (its id), `kind` (badge or card), `lang` (zh or en), `kind="badge"` also `label` and `badge-style`.
 */

/** A picture is asked for again at most so often, and only while someone sees it. */
const REFRESH_MS = 30_000

/** What an id of a dream is; anything else asks for nothing. */
const DREAM = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** Where this script came from is where the dreams are. */
const HOME = new URL(import.meta.url).origin

class DreamBadge extends HTMLElement {
  static observedAttributes = ['dream', 'kind', 'lang', 'label', 'badge-style']

  /** @type {HTMLAnchorElement} */
  #link
  /** @type {HTMLImageElement} */
  #picture
  /** @type {HTMLSlotElement} */
  #fallback
  /** @type {IntersectionObserver | undefined} */
  #sight
  #seen = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  #address = ''
  #askedAt = 0
  #onVisibility = () => this.#look()

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    this.#link = document.createElement('a')
    this.#link.target = '_blank'
    this.#link.rel = 'noopener'
    this.#link.hidden = true
    this.#picture = document.createElement('img')
    this.#picture.style.cssText = 'max-width:100%;height:auto;vertical-align:middle;border:0'
    this.#link.append(this.#picture)
    this.#fallback = document.createElement('slot')
    root.append(this.#link, this.#fallback)
  }

  connectedCallback() {
    this.#sight = new IntersectionObserver((entries) => {
      this.#seen = entries.at(-1)?.isIntersecting ?? false
      this.#look()
    })
    this.#sight.observe(this)
    document.addEventListener('visibilitychange', this.#onVisibility)
    this.#read()
  }

  disconnectedCallback() {
    this.#sight?.disconnect()
    this.#seen = false
    clearTimeout(this.#timer)
    document.removeEventListener('visibilitychange', this.#onVisibility)
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#read()
  }

  /** Takes up what the attributes say. Nothing of them gets into an address unescaped, and nothing into HTML. */
  #read() {
    const dream = this.getAttribute('dream') ?? ''
    const lang = this.getAttribute('lang') === 'en' ? 'en' : 'zh'
    const card = this.getAttribute('kind') === 'card'
    const address = new URL(HOME)
    if (DREAM.test(dream)) {
      address.pathname = card ? `/badges/${dream}/card.svg` : `/badges/${dream}.svg`
      address.searchParams.set('lang', lang)
      const label = this.getAttribute('label')
      const style = this.getAttribute('badge-style')
      if (!card && label !== null) address.searchParams.set('label', label)
      if (!card && style !== null) address.searchParams.set('style', style)
      this.#link.href = `${HOME}/dreams/${dream}?lang=${lang}`
      this.#address = address.href
    } else {
      this.#address = ''
      this.#show(false)
    }
    this.#askedAt = 0
    this.#look()
  }

  /** Asks for the picture where it is seen and due, and sees to the next time. */
  #look() {
    clearTimeout(this.#timer)
    if (!this.#seen || document.hidden || this.#address === '') return
    const due = this.#askedAt + REFRESH_MS - Date.now()
    if (due <= 0) void this.#ask()
    this.#timer = setTimeout(() => this.#look(), due <= 0 ? REFRESH_MS : due)
  }

  /** Fetches the picture and shows it once it is there; until then what was shown stays. */
  async #ask() {
    this.#askedAt = Date.now()
    const address = this.#address
    try {
      const answer = await fetch(address, { credentials: 'omit' })
      const type = answer.headers.get('Content-Type') ?? ''
      if (!answer.ok || !type.startsWith('image/svg+xml')) throw new Error(String(answer.status))
      const text = await answer.text()
      // Meanwhile the attributes may have come to name another one.
      if (address !== this.#address) return
      const title = new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('title')?.textContent
      this.#picture.alt = title ?? ''
      this.#picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
      await this.#picture.decode()
      if (address === this.#address) this.#show(true)
    } catch {
      // A picture that was there is better than none; the time to ask again comes.
      if (this.#link.hidden) this.#show(false)
    }
  }

  /** @param {boolean} loaded */
  #show(loaded) {
    this.#link.hidden = !loaded
    this.#fallback.hidden = loaded
  }
}

if (!customElements.get('dream-badge')) customElements.define('dream-badge', DreamBadge)

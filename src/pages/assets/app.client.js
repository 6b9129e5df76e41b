/**
 * The little script of the pages; everything works without it. It moves the progress of dreams, sends gifts so that they
 * survive a lost connection, and asks before what cannot be undone. Its words are the page's, in `data-` attributes.
 */

/** Of a request. */
const TIMEOUT_MS = 20_000

const number = new Intl.NumberFormat(document.documentElement.lang)

/** @param {ParentNode} place @param {string} selector @returns {HTMLElement | null} */
const find = (place, selector) => place.querySelector(selector)

/** @param {ParentNode} place @param {string} selector @returns {HTMLElement[]} */
const all = (place, selector) =>
  [...place.querySelectorAll(selector)].filter((el) => el instanceof HTMLElement)

/**
 * Puts a count where one is; the words around it stay.
 * @param {HTMLElement | null} el @param {number} count
 */
function writeCount(el, count) {
  const place = el && (find(el, '.count') ?? el)
  const text = place?.textContent?.replace(/\d[\d.,]*/, number.format(count))
  if (!place || text === undefined || text === place.textContent) return
  place.textContent = text
  place.classList.remove('moved')
  requestAnimationFrame(() => place.classList.add('moved'))
}

// Progress

const LOOK_MS = 4_000
const LOOK_MAX_MS = 60_000

/** After a gift: as soon as it may show, then again, for caches may serve the answer before it. */
const FIRST_LOOK_MS = 300
const SOON_MS = 1_200

/** How often who listens is told the total; a dream's new state at once. */
const TELL_MS = 60_000

/**
 * @typedef {{ id: string, state: string, collecting: boolean, flowers: number, pledges: number, quota: number,
 *   returned: { flowers: number } | null, asOf: string }} Dream
 */

/** Looks at the progress soon, where the page shows any. */
let lookSoon = () => {}

function followProgress() {
  const first = find(document, '[data-dream]')?.dataset.dream
  if (!first) return
  const wall = find(document, '[data-wall]')
  const url = wall?.dataset.wall ?? `/v1/dreams/${encodeURIComponent(first)}`
  const total = find(document, '[data-total]')
  const teller = find(document, '[data-tell]')
  /** @type {Record<string, string>} */
  const states = JSON.parse(wall?.dataset.states ?? '{}')
  /** @type {Map<string, string>} */
  const seen = new Map()
  let toldAt = Date.now()
  let wait = LOOK_MS
  let soon = 0
  let timer = 0

  /** @param {number} ms */
  const plan = (ms) => {
    clearTimeout(timer)
    timer = setTimeout(look, ms)
  }

  async function look() {
    if (document.hidden) return
    try {
      const answer = await fetch(url, { cache: 'no-cache', signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (!answer.ok) throw new Error(String(answer.status))
      const body = await answer.json()
      show('items' in body ? body.items : [body])
      wait = LOOK_MS
    } catch {
      wait = Math.min(wait * 2, LOOK_MAX_MS)
    }
    plan(soon-- > 0 ? SOON_MS : wait * (0.8 + Math.random() * 0.4))
  }

  /** @param {Dream[]} dreams */
  function show(dreams) {
    for (const dream of dreams) {
      // An answer from a slower cache never takes a count back.
      if (dream.asOf < (seen.get(dream.id) ?? '')) continue
      seen.set(dream.id, dream.asOf)
      for (const el of all(document, `[data-dream="${CSS.escape(dream.id)}"]`)) showDream(el, dream)
    }
    if (!total) return
    const before = total.textContent
    writeCount(
      total,
      dreams.reduce((sum, { flowers, returned }) => sum + flowers + (returned?.flowers ?? 0), 0),
    )
    if (before !== total.textContent && Date.now() > toldAt + TELL_MS) tell(total.textContent ?? '')
  }

  /** @param {HTMLElement} el @param {Dream} dream */
  function showDream(el, { state, collecting, flowers, pledges, quota, returned }) {
    // What goes back to its givers was collected all the same.
    if (!returned) {
      writeCount(find(el, '[data-flowers]'), flowers)
      writeCount(find(el, '[data-pledges]'), pledges)
      writeCount(find(el, '[data-percent]'), Math.floor((flowers / quota) * 100))
      const bar = el.querySelector('progress')
      if (bar) bar.value = Math.min(flowers, quota)
    }
    const word = states[state]
    if (!word || el.dataset.state === state) return
    el.dataset.state = state
    const pill = find(el, '.pill')
    if (pill) pill.textContent = word
    for (const call of all(el, '[data-call]')) call.hidden = !collecting
    tell(`${find(el, 'h3')?.textContent}: ${word}`)
  }

  /** @param {string} text */
  function tell(text) {
    if (teller) teller.textContent = text
    toldAt = Date.now()
  }

  document.addEventListener('visibilitychange', () => document.hidden || plan(0))
  lookSoon = () => {
    soon = 4
    plan(FIRST_LOOK_MS)
  }
  plan(SOON_MS)
}

/** How this page was come to. */
const came = performance.getEntriesByType('navigation')[0]?.toJSON().type

// Gifts

/** Taps closer than this are one, however fast the first is answered. */
const DOUBLE_TAP_MS = 800

/** Some four minutes; then the person decides. */
const MAX_TRIES = 12
const MAX_WAIT_MS = 30_000

/** A gift no one came back for is let go: the account shows what became of it. */
const KEEP_MS = 7 * 24 * 60 * 60_000

/** A form's key is used once. */
const USED_KEYS = 'used-keys'

/** @typedef {{ key: string, flowers: number, at: number }} Gift */

/**
 * What a browser keeps; what it does not keep, or is too full for, as long as the page is.
 * @param {'localStorage' | 'sessionStorage'} name
 */
function openShelf(name) {
  /** @type {Map<string, string>} */
  const memory = new Map()
  /** @type {Storage | undefined} */
  let shelf
  try {
    shelf = window[name]
  } catch {}
  return {
    /** @param {string} key */
    getItem: (key) => memory.get(key) ?? shelf?.getItem(key) ?? null,
    /** @param {string} key @param {string} text */
    setItem(key, text) {
      memory.delete(key)
      try {
        if (!shelf) throw new Error('nothing is kept here')
        shelf.setItem(key, text)
      } catch {
        memory.set(key, text)
      }
    },
    /** @param {string} key */
    removeItem(key) {
      memory.delete(key)
      shelf?.removeItem(key)
    },
    keys: () => Object.keys(shelf ?? {}),
  }
}

const gifts = openShelf('localStorage')
const session = openShelf('sessionStorage')

/** @param {string} name @returns {Gift | null} */
function kept(name) {
  const gift = JSON.parse(gifts.getItem(name) ?? 'null')
  return gift?.at > Date.now() - KEEP_MS ? gift : null
}

/** The form's key, or a new one where it was used. @param {string} key */
function freshKey(key) {
  const used = session.getItem(USED_KEYS) ?? ''
  const fresh = used.includes(key) ? crypto.randomUUID() : key
  session.setItem(USED_KEYS, `${fresh} ${used}`.slice(0, 4_000))
  return fresh
}

/**
 * Runs `work` in one page at a time; null where another one is at it.
 * @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T | null>}
 */
const alone = async (name, work) =>
  navigator.locks
    ? navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null))
    : work()

/** @typedef {{ status: number, code: string, balance: number | null, again: boolean, retryMs: number }} Verdict */

/**
 * Sends a gift; status 0 where nothing came back.
 * @param {string} dream @param {string} user @param {Gift} gift @returns {Promise<Verdict>}
 */
async function send(dream, user, { key, flowers }) {
  try {
    const answer = await fetch(`/dreams/${encodeURIComponent(dream)}/give`, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({ key, flowers: String(flowers), for: user }),
      keepalive: true,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const { status, headers } = answer
    const { code = '', balance = null } = await answer.json()
    const retryMs = (Number(headers.get('Retry-After')) || 0) * 1_000
    return { status, code, balance, again: headers.has('Idempotent-Replayed'), retryMs }
  } catch {
    return { status: 0, code: '', balance: null, again: false, retryMs: 0 }
  }
}

/** Whether the gift may or may not have been counted yet. @param {Verdict} verdict */
const isOpen = ({ status, code }) =>
  status === 0 || status === 429 || status >= 500 || code === 'idempotency_key_in_flight'

/**
 * Sees a gift to its verdict: kept before it is sent, repeated with its key until there is one.
 * @param {HTMLElement} place where it is told @param {string} dream @param {(balance: number) => void} settle
 * @param {(what: string, text: string) => boolean} mark tells a refusal at its field; false where it has none
 */
function follow(place, dream, settle, mark) {
  const user = place.dataset.user ?? ''
  /** @type {Record<string, string>} */
  const words = JSON.parse(place.dataset.words ?? '{}')
  const name = `gift:${user}:${dream}`
  const said = find(place, '[data-said]')
  const button = find(place.closest('section') ?? place, '[type="submit"]')
  const line = document.createElement('p')
  let tries = 0
  let timer = 0
  let busy = false
  let waiting = false

  /**
   * @param {string} tone @param {string} what @param {Gift | null} gift
   * @param {number | null} [balance] @param {string[]} [buttons]
   */
  function tell(tone, what, gift, balance = null, buttons = []) {
    line.className = `notice ${tone}`
    line.textContent = (words[what] ?? words.refused ?? '')
      .replace('{n}', number.format(gift?.flowers ?? 0))
      .replace('{b}', balance === null ? '…' : number.format(balance))
    said?.append(line)
    for (const button of all(place, '[data-again],[data-stop],[data-sign-in],[data-mine]'))
      button.hidden = !buttons.some((each) => button.hasAttribute(each))
  }

  /** @param {string} what @param {Gift | null} gift */
  function refuse(what, gift) {
    tell('bad', what, gift)
    if (mark(what, line.textContent ?? '')) line.remove()
  }

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now
    button?.setAttribute('aria-disabled', String(now))
  }

  async function attempt() {
    clearTimeout(timer)
    const gift = kept(name)
    if (!gift || busy) return
    waiting = true
    setBusy(true)
    if (tries === 0) tell('wait', 'pending', gift)
    const verdict = await alone(name, async () =>
      kept(name)?.key === gift.key ? send(dream, user, gift) : undefined,
    )
    setBusy(false)
    if (verdict === undefined) return settledElsewhere()
    if (verdict === null) {
      tell('wait', 'elsewhere', gift)
      timer = setTimeout(attempt, 2_000)
    } else if (!isOpen(verdict)) end(gift, verdict)
    // Else whoever gave it up in the meantime was told so.
    else if (kept(name)?.key === gift.key) wait(gift, verdict)
  }

  /** @param {Gift} gift @param {Verdict} verdict */
  function wait(gift, { status, retryMs }) {
    const buttons = ['data-again', 'data-stop']
    if (++tries >= MAX_TRIES) return tell('wait', 'stalled', gift, null, buttons)
    const offline = status === 0 && !navigator.onLine
    tell('wait', offline ? 'offline' : status === 429 ? 'busy' : 'waiting', gift, null, buttons)
    const backoff = Math.min(500 * 2 ** tries, MAX_WAIT_MS)
    timer = setTimeout(attempt, Math.max(retryMs, backoff) * (1 + Math.random() * 0.2))
  }

  /** @param {Gift} gift @param {Verdict} verdict */
  function end(gift, { status, code, balance, again }) {
    waiting = false
    // Not decided: it is kept for whoever it belongs to.
    if (status === 401) return tell('bad', 'signIn', gift, null, ['data-sign-in'])
    if (code === 'not_yours') return tell('bad', 'other', gift)
    gifts.removeItem(name)
    if (status === 201) tell('good', again && tries === 0 ? 'again' : 'given', gift, balance, ['data-mine'])
    else refuse(code, gift)
    tries = 0
    if (balance !== null) settle(balance)
    lookSoon()
  }

  function settledElsewhere() {
    clearTimeout(timer)
    waiting = false
    tell('plain', 'settled', null, null, ['data-mine'])
  }

  /** Tries at once: someone asks, or the connection is back. */
  function again() {
    tries = 0
    attempt()
  }

  find(place, '[data-again]')?.addEventListener('click', again)
  find(place, '[data-stop]')?.addEventListener('click', () => {
    const gift = kept(name)
    if (!gift) return
    clearTimeout(timer)
    gifts.removeItem(name)
    waiting = false
    tell('plain', 'gaveUp', gift, null, ['data-mine'])
  })
  addEventListener('online', again)
  addEventListener('pageshow', (event) => event.persisted && again())
  addEventListener(
    'storage',
    ({ key, newValue }) => key === name && !newValue && waiting && settledElsewhere(),
  )
  again()

  return {
    /** A gift to this dream that is under way comes first. @param {string} key @param {number} flowers */
    give(key, flowers) {
      if (busy) return
      if (!kept(name)) gifts.setItem(name, JSON.stringify({ key: freshKey(key), flowers, at: Date.now() }))
      again()
      line.scrollIntoView({ block: 'nearest' })
    },
    /** @param {string} what */
    refuse: (what) => refuse(what, null),
  }
}

/** The form of a gift. @param {HTMLFormElement} form */
function takeForm(form) {
  const panel = form.closest('section') ?? form
  const place = find(panel, '[data-gift]')
  if (!place) return
  const radios = [...form.querySelectorAll('input')].filter(({ type }) => type === 'radio')

  /** What the account holds now, and so what it can give. @param {number} balance */
  function settle(balance) {
    writeCount(find(panel, '[data-balance]'), balance)
    form.hidden = balance === 0
    for (const el of all(panel, '[data-none]')) el.hidden = balance > 0
    for (const radio of radios) {
      const text = find(radio.parentElement ?? form, 'span')
      if (radio.dataset.all !== undefined) {
        radio.value = String(balance)
        radio.disabled = balance < 2
        writeCount(text, balance)
      } else radio.disabled = Number(radio.value) > Math.max(balance - 1, 1)
    }
    const chosen = radios.find(({ checked, disabled }) => checked && !disabled)
    const first = radios.find(({ disabled }) => !disabled)
    if (!chosen && first) first.checked = true
  }

  const field = find(form, '[name="amount"]')
  const error = find(form, '.error')

  /** @param {string} what @param {string} text */
  function mark(what, text) {
    const own = /^(amount|insufficient_flowers)$/.test(what) && new FormData(form).get('flowers') === 'other'
    if (error) error.textContent = own ? text : ''
    field?.setAttribute('aria-invalid', String(own))
    if (own) field?.focus()
    return own
  }

  const key = String(new FormData(form).get('key'))
  const gift = follow(place, form.dataset.give ?? '', settle, mark)
  let tappedAt = -DOUBLE_TAP_MS
  form.addEventListener('change', () => (tappedAt = -DOUBLE_TAP_MS))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const again = event.timeStamp - tappedAt < DOUBLE_TAP_MS
    tappedAt = event.timeStamp
    if (again) return
    const data = new FormData(form)
    const chosen = data.get('flowers')
    const amount = String(chosen === 'other' ? data.get('amount') : chosen)
      .normalize('NFKC')
      .trim()
    mark('', '')
    if (!/^[1-9]\d*$/.test(amount)) gift.refuse('amount')
    else if (amount.length > 10) gift.refuse('insufficient_flowers')
    else gift.give(key, Number(amount))
  })
}

function takeGifts() {
  // The back button brings a page from before a gift.
  if (came === 'back_forward' && find(document, '[data-give]') && navigator.onLine) location.reload()
  for (const form of document.querySelectorAll('form')) if (form.dataset.give !== undefined) takeForm(form)
  // Elsewhere: gifts of this person that are still without a verdict, each with a place of its own.
  const place = find(document, '[data-gifts] [data-gift]')
  if (!place) return
  const start = `gift:${place.dataset.user}:`
  for (const name of gifts.keys().filter((name) => name.startsWith(start))) {
    const own = /** @type {HTMLElement} */ (place.cloneNode(true))
    place.after(own)
    follow(
      own,
      name.slice(start.length),
      () => {},
      () => false,
    )
  }
}

// What cannot be undone

document.addEventListener('submit', (event) => {
  const button = event.submitter instanceof HTMLElement ? event.submitter : null
  const form = event.target instanceof HTMLElement ? event.target : null
  const question = button?.dataset.confirm ?? form?.dataset.confirm
  if (question && !confirm(question)) event.preventDefault()
})

// Lines to copy

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('[data-copy]') : null
  const field = button instanceof HTMLElement && document.getElementById(button.dataset.copy ?? '')
  const said = find(document, '[data-copied]')
  if (!(field instanceof HTMLInputElement) || !said) return
  field.select()
  const done = await navigator.clipboard?.writeText(field.value).then(
    () => true,
    () => false,
  )
  const text = done ? said.dataset.copied : said.dataset.failed
  said.textContent = `${text}${field.labels?.[0]?.textContent}`
})
for (const button of all(document, '[data-copy]')) button.hidden = false

// Pictures

/** What is taken of a picture. */
const MAX_PICTURE_BYTES = 2 * 1_024 * 1_024

/** The longer side of a picture that is sent as it is, and of one that was made smaller. */
const MAX_PICTURE_PX = 2_000
const SHRUNK_PX = 1_600

/** Puts a smaller picture in the place of a phone's large photograph. @param {HTMLInputElement} field */
async function shrink(field) {
  const file = field.files?.[0]
  if (!file) return
  const picture = await createImageBitmap(file)
  const longer = Math.max(picture.width, picture.height)
  if (file.size <= MAX_PICTURE_BYTES && longer <= MAX_PICTURE_PX) return
  const scale = Math.min(1, SHRUNK_PX / longer)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  const pen = canvas.getContext('2d')
  if (!pen) return
  // A JPEG has no see-through places: they would be black.
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85))
  if (!blob || blob.size >= file.size) return
  const files = new DataTransfer()
  files.items.add(new File([blob], 'picture.jpg', { type: blob.type }))
  field.files = files.files
}

let shrinking = false

document.addEventListener('submit', async (event) => {
  const form = event.target
  const field = form instanceof HTMLFormElement && form.querySelector('[data-shrink]')
  if (!(field instanceof HTMLInputElement)) return
  event.preventDefault()
  if (shrinking) return
  shrinking = true
  // What cannot be made smaller goes as it is, and is refused in words.
  await shrink(field).catch(() => {})
  shrinking = false
  field.form?.submit()
})

// Going back

/** Whether something was written or chosen here that no one was sent. */
let typed = false
addEventListener('input', () => (typed = true))
addEventListener('pageshow', ({ persisted }) => {
  // A page that comes back as it was left shows what has changed since; what was typed in it stays.
  typed ||= [
    .../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input,textarea')),
  ].some((field) => field.value !== field.defaultValue)
  if ((persisted || came === 'back_forward') && !typed && navigator.onLine) location.reload()
})

followProgress()
takeGifts()

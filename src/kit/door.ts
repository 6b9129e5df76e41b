import type { Answer } from './client.ts'
import { type Account, type Kit, Skipped, TOO_MANY_CODES } from './kit.ts'
import { signatureHeaders } from './sign.ts'
import { fieldOf, resultsOf, tell } from './words.ts'

/** A business line as the kit plays it. */

/** An act as a line reports it, so that a check may make it wrong. */
export interface Act {
  readonly id: string
  readonly user: string
  readonly kind: string
  readonly quantity: unknown
  readonly at: string
}

/** How a request differs from a good one. */
export interface Variation {
  /** `webhook-id`. */
  readonly messageId?: string
  /** When it says it was signed, in ms since 1970. */
  readonly signedAt?: number
  readonly secret?: string
  /** Sent in the place of the body that was signed. */
  readonly changedBody?: string
  /** Set, or with null left out, after signing. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Sent to another line. */
  readonly line?: string
}

/** Quantities tried when none was given: the first that earns is used. */
const QUANTITIES = [1, 10, 100, 1_000, 10_000, 100_000]

export interface DoorOptions {
  readonly id: string
  readonly secret: string
  readonly kind: string
  /** Null to find one out. */
  readonly quantity: number | null
}

export class Door {
  readonly kit: Kit
  readonly id: string
  readonly secret: string
  readonly kind: string
  quantity: number
  /** Whose user ids the line speaks of; null while that is not known. */
  userIds: 'platform' | 'own' | null = null
  /** Whether it may pledge; null while that is not known. */
  mayPledge: boolean | null = null
  readonly #findQuantity: boolean

  constructor(kit: Kit, { id, secret, kind, quantity }: DoorOptions) {
    this.kit = kit
    this.id = id
    this.secret = secret
    this.kind = kind
    this.quantity = quantity ?? 1
    this.#findQuantity = quantity === null
  }

  /** Finds out what the line is like, by requests that change nothing but a link code. What is not answered stays unknown. */
  async survey(): Promise<void> {
    if (this.#findQuantity) {
      const acts = QUANTITIES.map((quantity) => this.act({ quantity }))
      const results = resultsOf(await this.examine(acts)) ?? []
      const earning = results.findIndex(({ outcome }) => outcome === 'would_credit')
      this.quantity = QUANTITIES[earning] ?? this.quantity
    }
    const code = await this.send('link_codes.requested', {
      codes: [{ id: this.kit.newId('code'), user: this.user() }],
    })
    const [issued] = resultsOf(code) ?? []
    if (issued?.outcome === 'issued') this.userIds = 'own'
    if (issued?.reason === 'platform_ids') this.userIds = 'platform'
    const none = await this.send('pledges.requested', { pledges: [] })
    if (none.status === 200 && this.userIds !== null) this.mayPledge = true
    if (fieldOf(none, 'code') === 'line_may_not_pledge') this.mayPledge = false
  }

  /** The id of a user whom nobody knows yet. */
  user(): string {
    return this.kit.newId('user')
  }

  /** An act that earns, of a new user, but for what `over` says. */
  act(over: Partial<Act> = {}): Act {
    return {
      id: this.kit.newId('act'),
      user: over.user ?? this.user(),
      kind: this.kind,
      quantity: this.quantity,
      at: new Date().toISOString(),
      ...over,
    }
  }

  report(acts: readonly Act[], variation?: Variation): Promise<Answer> {
    return this.send('acts.reported', { acts }, variation)
  }

  /** Asks what acts would earn. */
  examine(acts: readonly unknown[], variation?: Variation): Promise<Answer> {
    return this.#post('examine', JSON.stringify({ acts }), variation)
  }

  /** Sends an event. */
  send(type: string, data: unknown, variation?: Variation): Promise<Answer> {
    return this.sendText(JSON.stringify({ type, timestamp: new Date().toISOString(), data }), variation)
  }

  /** Sends a body as it is. */
  sendText(body: string, variation?: Variation): Promise<Answer> {
    return this.#post('webhook', body, variation)
  }

  /** Reports acts and says what became of them, held to their ids. */
  async tellReport(acts: readonly Act[], variation?: Variation): Promise<string> {
    return tell(
      await this.report(acts, variation),
      acts.map(({ id }) => id),
    )
  }

  /** Takes acts back and says what became of that. */
  async tellRevoked(acts: readonly Act[], reason = 'a check of the kit'): Promise<string> {
    const ids = acts.map(({ id }) => id)
    return tell(await this.send('acts.revoked', { acts: ids.map((id) => ({ id, reason })) }), ids)
  }

  /** Whom the line means an account by, linked first where the line has ids of its own. */
  async userOf(account: Account): Promise<string> {
    if (this.userIds !== 'own') return account.user
    const known = await this.userLine(account)
    if (known?.lineUser) return known.lineUser
    const user = this.user()
    const code = await this.codeFor(account)
    const linked = tell(await this.link(user, code))
    if (linked !== '200 linked') throw new Error(`a link could not be made: ${linked}`)
    this.kit.atEnd(() => this.unlink(user))
    return user
  }

  /** How the line stands to an account. */
  async userLine(account: Account): Promise<{ lineUser: string | null; mayPledge: boolean } | undefined> {
    const answer = await this.kit.client.ask('GET', '/v1/me/lines', { token: account.token })
    const items = fieldOf<{ line: string; lineUser: string | null; mayPledge: boolean }[]>(answer, 'items')
    return items?.find(({ line }) => line === this.id)
  }

  /** A code from the platform that links an account to the line. */
  async codeFor(account: Account): Promise<string> {
    const answer = await this.kit.client.ask('POST', '/v1/me/link-codes', {
      token: account.token,
      json: { line: this.id },
    })
    const code = fieldOf<unknown>(answer, 'code')
    if (answer.status === 429) throw new Skipped(TOO_MANY_CODES)
    if (answer.status !== 201 || typeof code !== 'string') throw new Error(`no code: ${tell(answer)}`)
    return code
  }

  /** Uses a code from the platform. */
  link(user: string, code: string): Promise<Answer> {
    return this.send('links.requested', { links: [{ id: this.kit.newId('link'), user, code }] })
  }

  unlink(user: string): Promise<Answer> {
    return this.send('links.removed', { links: [{ id: this.kit.newId('unlink'), user }] })
  }

  /** What `webhook-signature` says of a body that the line signs. */
  signature(messageId: string, signedAt: number, body: string): string {
    return signatureHeaders(this.secret, messageId, signedAt, body)['webhook-signature']
  }

  #post(route: string, body: string, variation: Variation = {}): Promise<Answer> {
    const { messageId = this.kit.newId('msg'), signedAt = Date.now(), secret = this.secret } = variation
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      ...signatureHeaders(secret, messageId, signedAt, body),
    }
    for (const [name, value] of Object.entries(variation.headers ?? {}))
      if (value === null) delete headers[name]
      else headers[name] = value
    return this.kit.client.ask('POST', `/v1/lines/${variation.line ?? this.id}/${route}`, {
      headers,
      text: variation.changedBody ?? body,
    })
  }
}

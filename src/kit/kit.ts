import type { Client } from './client.ts'
import type { Receiver } from './receiver.ts'
import { fieldOf } from './words.ts'

/** What a run has to work with: ids of its own, accounts, and the tokens it was given. */

/** A user of the platform whose token the kit has. */
export interface Account {
  readonly user: string
  readonly token: string
}

/** Thrown by a check that cannot be made here; the reason is shown. */
export class Skipped extends Error {}

/** Ten codes a minute and user: met by runs with one user that follow each other. */
export const TOO_MANY_CODES = 'the user had too many codes in this minute'

export interface KitOptions {
  readonly client: Client
  /** The user the kit was given; without one it signs guests in, where the platform does that. */
  readonly account: Account | null
  /** A token of whoever looks after the line, or of an operator. */
  readonly ownerToken: string | null
  /** Where callbacks can be sent; null for nowhere. */
  readonly receiver: Receiver | null
}

export class Kit {
  readonly client: Client
  readonly ownerToken: string | null
  readonly receiver: Receiver | null
  readonly #given: Account | null
  readonly #prefix: string
  readonly #atEnd: (() => Promise<unknown>)[] = []
  #made = 0
  #guests = false

  constructor({ client, account, ownerToken, receiver }: KitOptions) {
    this.client = client
    this.ownerToken = ownerToken
    this.receiver = receiver
    this.#given = account
    // The time tells runs apart and says when something was made; the rest, runs of the same second.
    const time = new Date().toISOString().replace(/[-:]|\..*/g, '')
    this.#prefix = `kit-${time}-${Math.random().toString(36).slice(2, 6)}`
  }

  /** Whether the platform signs guests in, so that there are as many fresh users as are needed. */
  get guests(): boolean {
    return this.#guests
  }

  /** Whether there is any user whose token the kit has. */
  get accounts(): boolean {
    return this.#guests || this.#given !== null
  }

  /** Finds out whether guests are signed in. */
  async survey(): Promise<void> {
    const guest = await this.client.ask('POST', '/v1/auth/guest')
    this.#guests = guest.status === 201 && fieldOf<string>(guest, 'token') !== undefined
  }

  /** An id that no other run has. */
  newId(what: string): string {
    return `${this.#prefix}-${what}-${++this.#made}`
  }

  /** A user whose token the kit has: the one it was given, else a fresh one. */
  async account(): Promise<Account> {
    return this.#given ?? this.freshAccount()
  }

  /** A user who never did anything. Throws Skipped where guests are not signed in. */
  async freshAccount(): Promise<Account> {
    const answer = await this.client.ask('POST', '/v1/auth/guest')
    const [user, token] = [fieldOf<string>(answer, 'user'), fieldOf<string>(answer, 'token')]
    if (user === undefined || token === undefined) throw new Skipped('no guest is signed in here')
    return { user, token }
  }

  /** What an account holds; NaN where that was not answered. */
  async balance({ token }: Account): Promise<number> {
    const me = await this.client.ask('GET', '/v1/me', { token })
    return fieldOf<number>(me, 'balance') ?? Number.NaN
  }

  /** Undoes something when all checks are made, whatever becomes of them. */
  atEnd(undo: () => Promise<unknown>): void {
    this.#atEnd.push(undo)
  }

  /** Undoes what is to be undone, last things first. What fails stays. */
  async end(): Promise<void> {
    for (const undo of this.#atEnd.splice(0).reverse()) await undo().catch(() => {})
    this.receiver?.close()
  }
}

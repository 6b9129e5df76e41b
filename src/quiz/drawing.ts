import { fromBase64 } from '../registry/secrets.ts'
import { type Question, questions } from './questions.ts'
import { drawSlot, placeOf } from './rules.ts'

/**
 * What chance decides, by a keyed hash of who and when: the same person finds the same questions in the same order all
 * day, without anything being stored, and nobody can tell from a name or a place which choice is right.
 */

/** What stands for a choice outside: 6 bytes of a keyed hash. They say nothing of the choice, and order it. */
const CHOICE_ID_BYTES = 6

/** A choice as it is offered; `index` is its place in the question's list. */
export interface OfferedChoice {
  readonly id: string
  readonly index: number
}

/** Draws for one person, under the worker's key. */
export class Draw {
  readonly #key: CryptoKey
  readonly #user: string

  private constructor(key: CryptoKey, user: string) {
    this.#key = key
    this.#user = user
  }

  static async for(secretsKey: string, user: string): Promise<Draw> {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', fromBase64(secretsKey), algorithm, false, ['sign'])
    return new Draw(key, user)
  }

  /** The questions of a day, and after them those for whoever goes on. */
  async questions(day: string): Promise<readonly Question[]> {
    const { round, slot } = placeOf(day, questions.length)
    return drawSlot(questions, slot, await this.#bytes(`round ${round}`))
  }

  /** The choices of a question of a day, in the order they are shown in. */
  async choices(day: string, { id, choices }: Question): Promise<readonly OfferedChoice[]> {
    const bytes = await this.#bytes(`choices ${day} ${id}`)
    return choices
      .map((_, index) => {
        const part = bytes.subarray(index * CHOICE_ID_BYTES, (index + 1) * CHOICE_ID_BYTES)
        return { id: toHex(part), index }
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async #bytes(what: string): Promise<Uint8Array> {
    // A user id holds no space, so that no two of these are one text.
    const text = new TextEncoder().encode(`quiz: ${this.#user} ${what}`)
    return new Uint8Array(await crypto.subtle.sign('HMAC', this.#key, text))
  }
}

/** Bytes of a user's hash in an act id: 96 bits, so that no two users meet. */
const USER_HASH_BYTES = 12

/**
 * The id of the act that a right answer is: the same whenever it is reported, so that it is credited once. No key goes into
 * it: it outlives keys.
 */
export async function actIdOf(user: string, day: string, question: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(user)))
  return `${day}.${question}.${toHex(hash.subarray(0, USER_HASH_BYTES))}`
}

const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

import type { Seed } from '../../src/local/seed.ts'
import { CannotPlay, type Client, describe } from './client.ts'
import type { CountedAct, Model } from './model.ts'
import { chunks } from './plan.ts'
import { eventCall } from './wire.ts'

/** Most acts a line lists in one body; the API takes 500. */
const MAX_LISTED = 500

/** A line's day as the platform tells it. */
interface ToldDay {
  readonly acts: number
  readonly flowers: number
  readonly capped: number
  readonly agrees: boolean | null
  readonly differences: readonly {
    readonly kind: string
    readonly figure?: string
    readonly recomputed?: number
    readonly posted?: number
    readonly count?: number
    readonly acts?: readonly { readonly id: string }[]
  }[]
}

const NOTHING: ToldDay = { acts: 0, flowers: 0, capped: 0, agrees: true, differences: [] }

/** A line before the campaign: its time zone, the day it is there, and what that day had. */
interface LineBefore {
  readonly timeZone: string
  readonly day: string
  readonly told: ToldDay
}

/** What this campaign did in a line on one day, by the model. */
export interface LineDay {
  readonly line: string
  readonly day: string
  readonly acts: readonly CountedAct[]
}

/** A line's day after the campaign: what it gained by this run, and whether all accounts of it were the same. */
export interface LineDayReport {
  readonly line: string
  readonly day: string
  readonly acts: number
  readonly flowers: number
  readonly capped: number
  readonly agrees: boolean
}

type Totals = Record<'acts' | 'flowers' | 'capped', number>

/** The side of the lines in control totals: each posts what its day was and has the platform compare. */
export class Bookkeeper {
  readonly #client: Client
  readonly #model: Model
  readonly #seed: Seed
  readonly #run: string
  readonly #before = new Map<string, LineBefore>()

  /** `run` begins the id of every act of this campaign. */
  constructor(client: Client, model: Model, seed: Seed, run: string) {
    this.#client = client
    this.#model = model
    this.#seed = seed
    this.#run = run
  }

  /** Looks what a line's day holds before the campaign adds to it. */
  async open(line: string): Promise<void> {
    const answer = await this.#client.get(`/v1/lines/${line}`, this.#seed.users.operator.token)
    if (answer?.status !== 200) throw new CannotPlay(`GET /v1/lines/${line} answered ${describe(answer)}.`)
    const { timeZone } = JSON.parse(answer.text) as { timeZone: string }
    const day = dayOf(new Date(), timeZone)
    this.#before.set(line, { timeZone, day, told: await this.#check(line, day) })
  }

  /** What the campaign did, by line and day of the line. */
  days(): LineDay[] {
    const byDay = Map.groupBy(this.#model.countedActs(), ({ line, at }) => {
      const { timeZone } = this.#before.get(line) as LineBefore
      return `${line} ${dayOf(new Date(at), timeZone)}`
    })
    return [...byDay].map(([key, acts]) => {
      const [line = '', day = ''] = key.split(' ')
      return { line, day, acts }
    })
  }

  /** A line lists the acts of its day and says what they came to; both must be what the platform has. */
  async close(lineDay: LineDay): Promise<LineDayReport> {
    const { line, day, acts } = lineDay
    for (const part of chunks(acts, MAX_LISTED))
      await this.#post(line, day, { acts: part.map(({ id, flowers }) => ({ id, flowers })) })
    const { totals, cappedIsSure, before } = this.#expect(lineDay)
    await this.#post(line, day, { totals: cappedIsSure ? totals : without(totals) })
    const told = await this.#check(line, day)
    for (const figure of ['acts', 'flowers', 'capped'] as const)
      if (told[figure] !== totals[figure] && (figure !== 'capped' || cappedIsSure))
        this.#differ(line, day, `has ${told[figure]} ${figure}; by the answers ${totals[figure]}`)
    // Acts of others that were there before and that no one listed are missing on the line's side; they are not ours.
    const ours = told.differences.filter(
      ({ acts: found, count = 0 }) =>
        !found || count > before.acts || found.some(({ id }) => id.startsWith(this.#run)),
    )
    for (const found of ours) this.#differ(line, day, `differs: ${JSON.stringify(found)}`)
    return {
      ...{ line, day, acts: told.acts - before.acts, flowers: told.flowers - before.flowers },
      ...{ capped: told.capped - before.capped, agrees: ours.length === 0 },
    }
  }

  /** A line posts an act too many, which must be found, and then takes it back. Returns what was found. */
  async plant(lineDay: LineDay): Promise<string> {
    const { line, day } = lineDay
    const { totals } = this.#expect(lineDay)
    const wrong = totals.acts + 1
    const isPlanted = (found: ToldDay['differences'][number]) =>
      found.kind === 'total' &&
      found.figure === 'acts' &&
      found.recomputed === totals.acts &&
      found.posted === wrong
    await this.#post(line, day, { totals: { ...without(totals), acts: wrong } })
    const told = await this.#check(line, day)
    if (told.agrees !== false || !told.differences.some(isPlanted))
      this.#differ(line, day, `hides a total of ${wrong} acts that was planted`)
    await this.#post(line, day, { totals: without(totals) })
    if ((await this.#check(line, day)).differences.some(({ kind }) => kind === 'total'))
      this.#differ(line, day, 'still differs when what was planted is taken back')
    return `${line} posted ${wrong} acts for ${day}, the ledger has ${totals.acts}`
  }

  #expect({ line, day, acts }: LineDay): { totals: Totals; cappedIsSure: boolean; before: ToldDay } {
    const opened = this.#before.get(line)
    const before = opened?.day === day ? opened.told : NOTHING
    const totals = {
      acts: before.acts + acts.length,
      flowers: before.flowers + acts.reduce((sum, { flowers }) => sum + flowers, 0),
      capped: before.capped + acts.filter(({ capped }) => capped).length,
    }
    return { totals, cappedIsSure: acts.every(({ capped }) => capped !== null), before }
  }

  #differ(line: string, day: string, what: string): void {
    this.#model.differences.add(`line ${line} on ${day} ${what}`)
  }

  async #post(
    line: string,
    day: string,
    said: { readonly acts: unknown } | { readonly totals: unknown },
  ): Promise<void> {
    const data = { day, ...said }
    const id = `msg_${crypto.randomUUID()}`
    const secret = this.#seed.lines[line]?.secret ?? ''
    const answer = await this.#client.ask(eventCall({ line, id, type: 'totals.reported', data }, secret))
    if (answer?.status !== 200 || !answer.text.includes('"taken"'))
      this.#differ(line, day, `cannot be posted: ${describe(answer)}`)
  }

  async #check(line: string, day: string): Promise<ToldDay> {
    const answer = await this.#client.ask({
      kind: 'other',
      method: 'POST',
      path: `/v1/lines/${line}/days/${day}/check`,
      headers: { Authorization: `Bearer ${this.#seed.users.operator.token}` },
    })
    if (answer?.code === 'day_not_found') return NOTHING
    if (answer?.status === 200) return JSON.parse(answer.text) as ToldDay
    this.#differ(line, day, `cannot be checked: ${describe(answer)}`)
    return NOTHING
  }
}

function without({ acts, flowers }: Totals): Omit<Totals, 'capped'> {
  return { acts, flowers }
}

/** The calendar day of an instant in a time zone. Swedish writes dates as YYYY-MM-DD. */
function dayOf(at: Date, timeZone: string): string {
  return at.toLocaleDateString('sv-SE', { timeZone })
}

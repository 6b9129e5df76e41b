import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeType, eventTypeNames, mayHear } from '../../src/callbacks/events.ts'
import {
  type DeliveryState,
  decideDead,
  decideDelivery,
  decideMessage,
  LEASE_MS,
  MAX_FAILING_MS,
  MAX_TRIES,
  type Outcome,
  retryDelaySeconds,
} from '../../src/callbacks/rules.ts'

const NOW = Date.parse('2026-09-09T00:00:00Z')
const HOUR_SECONDS = 3_600
const SCHEDULE = [5, 300, 1_800, 2 * HOUR_SECONDS, 5 * HOUR_SECONDS, 10 * HOUR_SECONDS, 10 * HOUR_SECONDS]

const answer = (status: number, retryAfter: string | null = null): Outcome => ({
  kind: 'answer',
  status,
  retryAfter,
})

const decide = (outcome: Outcome, tries = 1, failingSince: number | null = null, random = 0) =>
  decideDelivery(outcome, { tries, failingSince }, NOW, random)

describe('after an attempt', () => {
  it.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'delivered' })
  })

  it.each([
    [199, 'status'],
    [300, 'redirect'],
    [301, 'redirect'],
    [302, 'redirect'],
    [304, 'redirect'],
    [307, 'redirect'],
    [308, 'redirect'],
    [399, 'redirect'],
    [400, 'status'],
    [401, 'status'],
    [404, 'status'],
    [429, 'status'],
    [500, 'status'],
    [503, 'status'],
  ])('%i is tried again, as %s', (status, error) => {
    expect(decide(answer(status))).toEqual({ kind: 'retry', error, delaySeconds: 5 })
  })

  it.each(['timeout', 'connection', 'address_refused'] as const)('no answer (%s) is tried again', (error) => {
    expect(decide({ kind: 'none', error })).toEqual({ kind: 'retry', error, delaySeconds: 5 })
  })

  it('410 fails at once and disables the endpoint', () => {
    expect(decide(answer(410))).toEqual({ kind: 'failed', error: 'gone', disable: 'gone' })
    expect(decide(answer(410), MAX_TRIES)).toEqual({ kind: 'failed', error: 'gone', disable: 'gone' })
  })

  it('the waits are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, then it is given up', () => {
    const delays = SCHEDULE.map((_, n) => decide(answer(500), n + 1))
    expect(delays).toEqual(SCHEDULE.map((delaySeconds) => ({ kind: 'retry', error: 'status', delaySeconds })))
    expect(MAX_TRIES).toBe(8)
    expect(decide(answer(500), 8)).toEqual({ kind: 'failed', error: 'status', disable: null })
    expect(decide(answer(503, '60'), 9)).toEqual({ kind: 'failed', error: 'status', disable: null })
  })

  it('jitter lengthens a wait by up to a fifth, never shortens it, and stays below 12 h', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tries, random) => {
          const seconds = retryDelaySeconds(tries, random) as number
          const plain = SCHEDULE[tries - 1] as number
          expect(Number.isInteger(seconds)).toBe(true)
          expect(seconds).toBeGreaterThanOrEqual(plain)
          expect(seconds).toBeLessThanOrEqual(plain * 1.2)
          expect(seconds).toBeLessThan(12 * HOUR_SECONDS)
        },
      ),
    )
    expect(retryDelaySeconds(6, 0.999_999)).toBeGreaterThan(11.9 * HOUR_SECONDS)
  })

  it('429 and 503 are waited for as long as they ask, if that is longer, up to 12 h', () => {
    const waitOf = (status: number, retryAfter: string, tries = 1) => {
      const decision = decide(answer(status, retryAfter), tries)
      return decision.kind === 'retry' ? decision.delaySeconds : null
    }
    for (const status of [429, 503]) {
      expect(waitOf(status, '120')).toBe(120)
      expect(waitOf(status, ' 120 ')).toBe(120)
      expect(waitOf(status, '3')).toBe(5)
      expect(waitOf(status, '120', 2)).toBe(300)
      expect(waitOf(status, new Date(NOW + 90_500).toUTCString())).toBe(90)
      expect(waitOf(status, new Date(NOW - 90_000).toUTCString())).toBe(5)
      expect(waitOf(status, String(12 * HOUR_SECONDS))).toBe(12 * HOUR_SECONDS)
      expect(waitOf(status, String(12 * HOUR_SECONDS + 1))).toBe(12 * HOUR_SECONDS)
      expect(waitOf(status, '9'.repeat(400))).toBe(12 * HOUR_SECONDS)
      expect(waitOf(status, new Date(NOW + 365 * 24 * HOUR_SECONDS * 1_000).toUTCString())).toBe(
        12 * HOUR_SECONDS,
      )
      for (const nonsense of ['', 'soon', '-5', '1.5', '1e3', 'Infinity'])
        expect(waitOf(status, nonsense), nonsense).toBe(5)
    }
    expect(waitOf(500, '120')).toBe(5)
    expect(waitOf(302, '120')).toBe(5)
  })

  it('an endpoint that failed for five days is disabled, and not a moment before', () => {
    const failing = (ms: number, outcome = answer(500)) => decide(outcome, 3, NOW - ms)
    expect(failing(MAX_FAILING_MS)).toEqual({ kind: 'failed', error: 'status', disable: 'failing' })
    expect(failing(MAX_FAILING_MS - 1)).toMatchObject({ kind: 'retry' })
    expect(failing(MAX_FAILING_MS, answer(200))).toEqual({ kind: 'delivered' })
    expect(MAX_FAILING_MS).toBe(5 * 24 * HOUR_SECONDS * 1_000)
  })

  it('whatever an endpoint answers, a wait is a whole number of seconds from 5 s to 12 h', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(
          fc.oneof(
            fc.string(),
            fc.integer().map(String),
            fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
          ),
        ),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (status, retryAfter, tries, random) => {
          const decision = decide(answer(status, retryAfter), tries, null, random)
          if (decision.kind !== 'retry') return
          expect(Number.isInteger(decision.delaySeconds)).toBe(true)
          expect(decision.delaySeconds).toBeGreaterThanOrEqual(5)
          expect(decision.delaySeconds).toBeLessThanOrEqual(12 * HOUR_SECONDS)
        },
      ),
    )
  })
})

describe('a message of the queue', () => {
  const due: DeliveryState = {
    state: 'pending',
    tries: 0,
    nextAt: NOW,
    endpointState: 'active',
    eventKept: true,
  }
  const decideOn = (change: Partial<DeliveryState>) => decideMessage({ ...due, ...change }, NOW)

  it('that is due begins an attempt', () => {
    expect(decideOn({})).toEqual({ kind: 'attempt' })
    expect(decideOn({ tries: MAX_TRIES - 1, nextAt: NOW - 1 })).toEqual({ kind: 'attempt' })
    expect(decideOn({ nextAt: NOW + 1_000 })).toEqual({ kind: 'attempt' })
  })

  it('for what is delivered, given up or not there is dropped', () => {
    expect(decideMessage(null, NOW)).toEqual({ kind: 'drop' })
    expect(decideOn({ state: 'delivered' })).toEqual({ kind: 'drop' })
    expect(decideOn({ state: 'failed' })).toEqual({ kind: 'drop' })
  })

  it('for an endpoint or an event that is no more fails the delivery', () => {
    expect(decideOn({ endpointState: 'disabled' })).toEqual({ kind: 'fail' })
    expect(decideOn({ endpointState: 'deleted' })).toEqual({ kind: 'fail' })
    expect(decideOn({ endpointState: null })).toEqual({ kind: 'fail' })
    expect(decideOn({ eventKept: false })).toEqual({ kind: 'fail' })
  })

  it('waits while another attempt may be under way, and is dropped where another message will come', () => {
    expect(decideOn({ nextAt: NOW + 1_001 })).toEqual({ kind: 'wait', delaySeconds: 2 })
    expect(decideOn({ nextAt: NOW + LEASE_MS })).toEqual({ kind: 'wait', delaySeconds: LEASE_MS / 1_000 })
    expect(decideOn({ nextAt: NOW + LEASE_MS + 1 })).toEqual({ kind: 'drop' })
  })

  it('whose last attempt was cut off fails the delivery once that attempt can no longer end', () => {
    expect(decideOn({ tries: MAX_TRIES, nextAt: NOW + 30_000 })).toEqual({ kind: 'wait', delaySeconds: 30 })
    expect(decideOn({ tries: MAX_TRIES })).toEqual({ kind: 'fail' })
  })

  it('that the queue gave up is put back while attempts are left', () => {
    expect(decideDead(due)).toEqual({ kind: 'put_back' })
    expect(decideDead({ ...due, tries: MAX_TRIES })).toEqual({ kind: 'fail' })
    expect(decideDead({ ...due, endpointState: 'disabled' })).toEqual({ kind: 'fail' })
    expect(decideDead({ ...due, eventKept: false })).toEqual({ kind: 'fail' })
    expect(decideDead({ ...due, state: 'delivered' })).toEqual({ kind: 'drop' })
    expect(decideDead(null)).toEqual({ kind: 'drop' })
  })
})

describe('the table of events', () => {
  it.each(eventTypeNames)('%s has an example of what it says', (type) => {
    const { data, example } = describeType(type)
    expect(data.parse(example)).toEqual(example)
  })

  it('keeps what speaks of a line’s users from partners', () => {
    expect(eventTypeNames.filter((type) => !mayHear('partner:mill', type))).toEqual([
      'flowers.credited',
      'pledge.accepted',
    ])
    expect(eventTypeNames.filter((type) => !mayHear('line:steps', type))).toEqual([])
  })
})

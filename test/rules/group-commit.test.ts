import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, type CommitDeps, GroupCommit } from '../../src/commit/group-commit.ts'
import {
  ATTEMPT_TIMEOUT_MS,
  backoffMs,
  MAX_BATCH,
  MAX_BATCH_BYTES,
  MAX_JOINS,
  MAX_QUEUE,
} from '../../src/commit/limits.ts'
import { Clock } from '../simulator/clock.ts'

interface Batch {
  readonly asks: readonly Ask[]
}

/** A commit whose database answers when the test says so. */
function setUp(overrides: Partial<CommitDeps<Ask, Batch, string>> = {}) {
  const clock = new Clock(1)
  const batches: Batch[] = []
  const settled: string[][] = []
  const replies: { done(verdicts?: string[]): void; fail(): void }[] = []
  const retries: number[] = []
  const commit = new GroupCommit<Ask, Batch, string>({
    begin: (asks) => {
      const batch = { asks }
      batches.push(batch)
      return batch
    },
    write: (batch) =>
      new Promise((resolve, reject) => {
        replies.push({
          done: (verdicts = batch.asks.map(({ key }) => `ok ${key}`)) => resolve(verdicts),
          fail: () => reject(new Error('network lost')),
        })
      }),
    settle: (_, verdicts) => void settled.push([...verdicts]),
    idOf: ({ user, key }) => `${user} ${key}`,
    stalled: (_, retryInMs) => void retries.push(retryInMs),
    after: (ms, run) => clock.after(ms, run),
    ...overrides,
  })
  const pass = (ms: number) => clock.run(ms, 100_000)
  return { clock, commit, batches, settled, replies, retries, pass }
}

const ask = (key: string, user = 'u'): Ask => ({ user, key })

/** What has been answered so far. */
function watch(promise: Promise<readonly Answer<string>[]>): { answers: readonly Answer<string>[] | null } {
  const seen: { answers: readonly Answer<string>[] | null } = { answers: null }
  void promise.then((answers) => {
    seen.answers = answers
  })
  return seen
}

describe('a group commit', () => {
  it('gathers what comes while a batch is away into the next one', async () => {
    const { commit, batches, replies, pass } = setUp()
    const first = watch(commit.submit([ask('a')]))
    await pass(100)
    const later = [commit.submit([ask('b')]), commit.submit([ask('c')])].map(watch)
    await pass(100)
    expect(batches.map(({ asks }) => asks.map(({ key }) => key))).toEqual([['a']])
    replies[0]?.done()
    await pass(100)
    expect(first.answers).toEqual([{ kind: 'verdict', verdict: 'ok a', joined: false }])
    expect(batches.map(({ asks }) => asks.map(({ key }) => key))).toEqual([['a'], ['b', 'c']])
    replies[1]?.done()
    await pass(100)
    expect(later.map(({ answers }) => answers?.[0]?.kind)).toEqual(['verdict', 'verdict'])
    expect(commit.idle).toBe(true)
  })

  it('answers no one before the verdicts are settled', async () => {
    const { commit, settled, replies, pass } = setUp()
    const seen = watch(commit.submit([ask('a')]))
    await pass(1_000)
    expect(seen.answers).toBeNull()
    replies[0]?.done()
    await pass(1)
    expect(settled).toEqual([['ok a']])
    expect(seen.answers).not.toBeNull()
  })

  it("sorts a batch by user and keeps each user's order", async () => {
    const { commit, batches, pass } = setUp()
    void commit.submit([ask('1', 'z'), ask('2', 'a'), ask('3', 'z'), ask('4', 'a')])
    await pass(100)
    expect(batches[0]?.asks).toEqual([ask('2', 'a'), ask('4', 'a'), ask('1', 'z'), ask('3', 'z')])
  })

  it('takes no more into a batch than its limits, and leaves no one out', async () => {
    const { commit, batches, replies, pass } = setUp()
    const seen = watch(commit.submit(Array.from({ length: MAX_BATCH + 1 }, (_, n) => ask(`k${n}`))))
    await pass(100)
    expect(batches[0]?.asks).toHaveLength(MAX_BATCH)
    replies[0]?.done()
    await pass(100)
    expect(batches[1]?.asks).toHaveLength(1)
    replies[1]?.done()
    await pass(1)
    expect(seen.answers).toHaveLength(MAX_BATCH + 1)
  })

  it('takes no more bytes into a batch than a database value holds', async () => {
    const { commit, batches, pass } = setUp()
    void commit.submit(
      Array.from({ length: 4_000 }, (_, n) => ask(`${n}`.padStart(255, 'x'), 'u'.repeat(128))),
    )
    await pass(100)
    const body = JSON.stringify(batches[0]?.asks.map(({ user, key }) => [user, key, 1_000_000_000, 2 ** 53]))
    expect(body.length).toBeLessThanOrEqual(MAX_BATCH_BYTES)
    expect(batches[0]?.asks.length).toBeLessThan(4_000)
  })

  it('sheds what comes above the queue, untouched', async () => {
    const { commit, pass } = setUp()
    void commit.submit([ask('away')])
    await pass(100)
    void commit.submit(Array.from({ length: MAX_QUEUE }, (_, n) => ask(`k${n}`)))
    expect(await commit.submit([ask('one too many')])).toEqual([{ kind: 'shed' }])
  })

  it('lets a repeat join what is under way, up to a bound', async () => {
    const { commit, batches, replies, pass } = setUp()
    const seen = [
      commit.submit([ask('a')]),
      ...Array.from({ length: MAX_JOINS }, () => commit.submit([ask('a')])),
    ]
    expect(await seen.at(-1)).toEqual([{ kind: 'pending', joined: true }])
    await pass(100)
    replies[0]?.done()
    const [first, second] = await Promise.all(seen)
    expect(first).toEqual([{ kind: 'verdict', verdict: 'ok a', joined: false }])
    expect(second).toEqual([{ kind: 'verdict', verdict: 'ok a', joined: true }])
    expect(batches).toHaveLength(1)
  })
})

describe('a group commit whose owner no longer takes some asks', () => {
  it('drops those of them that wait, answers the others, and leaves the batch that is away', async () => {
    const { commit, batches, replies, pass } = setUp()
    const away = watch(commit.submit([ask('a', 'gone')]))
    await pass(100)
    const mixed = watch(commit.submit([ask('b', 'gone'), ask('c'), ask('d', 'gone')]))
    commit.drop(({ user }) => user === 'gone')
    await pass(1)
    // Its other ask is still under way, so the request is not answered yet.
    expect(mixed.answers).toBeNull()
    replies[0]?.done()
    await pass(100)
    replies[1]?.done()
    await pass(1)
    expect(away.answers).toMatchObject([{ kind: 'verdict' }])
    expect(mixed.answers).toEqual([
      { kind: 'dropped' },
      { kind: 'verdict', verdict: 'ok c', joined: false },
      { kind: 'dropped' },
    ])
    expect(batches.map(({ asks }) => asks.map(({ key }) => key))).toEqual([['a'], ['c']])
  })

  it('forgets what it dropped: the same ask is new, and an empty queue makes no batch', async () => {
    const { commit, batches, replies, pass } = setUp()
    void commit.submit([ask('a')])
    await pass(100)
    const dropped = [commit.submit([ask('b')]), commit.submit([ask('b')])].map(watch)
    commit.drop(() => true)
    await pass(1)
    expect(dropped.map(({ answers }) => answers)).toEqual([[{ kind: 'dropped' }], [{ kind: 'dropped' }]])
    expect(await commit.submit([ask('b')], true)).toEqual([{ kind: 'dropped' }])
    replies[0]?.done()
    await pass(100)
    expect(batches).toHaveLength(1)
    expect(commit.idle).toBe(true)
  })
})

describe('a group commit whose batch meets trouble', () => {
  it('answers every waiter when the batch cannot begin: nothing was done', async () => {
    const { commit, pass } = setUp({
      begin: () => {
        throw new Error('disk full')
      },
    })
    const seen = watch(commit.submit([ask('a'), ask('b')]))
    await pass(100)
    expect(seen.answers).toEqual([{ kind: 'shed' }, { kind: 'shed' }])
    expect(commit.idle).toBe(true)
  })

  it('goes on with the rest of the queue when one batch cannot begin', async () => {
    let broken = true
    const { commit, pass } = setUp({
      begin: (asks) => {
        if (!broken) return { asks }
        broken = false
        throw new Error('disk full')
      },
      write: async ({ asks }) => asks.map(({ key }) => `ok ${key}`),
    })
    const seen = watch(commit.submit(Array.from({ length: MAX_BATCH + 1 }, (_, n) => ask(`k${n}`))))
    await pass(1_000)
    expect(seen.answers?.filter(({ kind }) => kind === 'shed')).toHaveLength(MAX_BATCH)
    expect(seen.answers?.at(-1)).toEqual({ kind: 'verdict', verdict: `ok k${MAX_BATCH}`, joined: false })
  })

  for (const [trouble, ms] of [
    ['fails', 0],
    ['is silent', ATTEMPT_TIMEOUT_MS],
  ] as const)
    it(`keeps the batch when the database ${trouble}: waiters are told it is pending, the queue is shed`, async () => {
      const { commit, batches, replies, retries, pass } = setUp()
      const away = watch(commit.submit([ask('a')]))
      await pass(100)
      const queued = watch(commit.submit([ask('b')]))
      if (ms === 0) replies[0]?.fail()
      await pass(ms)
      expect(away.answers).toEqual([{ kind: 'pending', joined: false }])
      expect(queued.answers).toEqual([{ kind: 'shed' }])
      expect(await commit.submit([ask('a')])).toEqual([{ kind: 'pending', joined: true }])
      expect(await commit.submit([ask('c')])).toEqual([{ kind: 'shed' }])
      expect(retries).toEqual([backoffMs(1)])

      void commit.redrive()
      const joined = watch(commit.submit([ask('a')]))
      await pass(1)
      replies[1]?.done()
      await pass(1)
      expect(joined.answers).toEqual([{ kind: 'verdict', verdict: 'ok a', joined: true }])
      expect(batches).toHaveLength(1)
    })

  it('takes a late reply to an earlier attempt for the outcome', async () => {
    const { commit, settled, replies, pass } = setUp()
    void commit.submit([ask('a')])
    await pass(ATTEMPT_TIMEOUT_MS + 100)
    void commit.redrive()
    replies[0]?.done()
    await pass(1)
    replies[1]?.done()
    await pass(1)
    expect(settled).toEqual([['ok a']])
    expect(commit.idle).toBe(true)
  })

  it('keeps the batch when it cannot be settled, or a verdict is missing', async () => {
    let broken = true
    const { commit, replies, pass } = setUp({
      settle: () => {
        if (broken) throw new Error('disk full')
      },
    })
    const seen = watch(commit.submit([ask('a')]))
    await pass(100)
    replies[0]?.done()
    await pass(1)
    expect(seen.answers).toEqual([{ kind: 'pending', joined: false }])
    broken = false
    void commit.redrive()
    replies[1]?.done([])
    await pass(1)
    expect(commit.away).toBe(true)
    void commit.redrive()
    replies[2]?.done()
    await pass(1)
    expect(commit.idle).toBe(true)
  })

  it('forgets the batch where its sender repeats, and goes on with the queue', async () => {
    const { commit, batches, replies, pass } = setUp({ stalled: undefined })
    const away = watch(commit.submit([ask('a')]))
    await pass(100)
    void commit.submit([ask('b')])
    replies[0]?.fail()
    await pass(100)
    expect(away.answers).toEqual([{ kind: 'pending', joined: false }])
    expect(batches.map(({ asks }) => asks.map(({ key }) => key))).toEqual([['a'], ['b']])
  })

  it('waits longer after each failure, but never more than half a minute', () => {
    const waits = Array.from({ length: 12 }, (_, n) => backoffMs(n + 1))
    expect(waits.slice(0, 4)).toEqual([250, 500, 1_000, 2_000])
    expect(Math.max(...waits)).toBe(30_000)
    expect(backoffMs(10_000)).toBe(30_000)
  })
})

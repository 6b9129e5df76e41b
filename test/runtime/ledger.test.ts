import { describe, expect, it } from 'vitest'
import { commitPledges, loadAccount } from '../../src/ledger/store.ts'
import type { PledgeRow, PledgeVerdict } from '../../src/ledger/verdicts.ts'
import { creditDirectly, freshId, ledgerNow, nextMark, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9)

interface Batch {
  readonly ref: string
  readonly at: number
  readonly rows: readonly PledgeRow[]
}

function batchOf(ref: string, ...asks: readonly [user: string, key: string, flowers: number][]): Batch {
  return {
    ref,
    at: AT,
    rows: asks.map(([user, key, flowers]) => [user, key, flowers, nextMark()] as const),
  }
}

const commit = (batch: Batch): Promise<PledgeVerdict[]> => commitPledges(world, batch)

const accepted = (batch: Batch, place = 0) => ({
  kind: 'accepted',
  mark: batch.rows[place]?.[3],
  at: batch.at,
  replayed: false,
})

const REFUSED = { kind: 'refused', replayed: false }
const REUSED = { kind: 'reused' }

async function userWith(flowers: number): Promise<string> {
  const user = freshId('user')
  await creditDirectly(user, flowers)
  return user
}

/** The real database, noting what each batch wrote and gave back. */
function watched(): { DB: D1Database; batches: D1Result[][] } {
  const batches: D1Result[][] = []
  const batch = async (statements: D1PreparedStatement[]): Promise<D1Result[]> => {
    const results = await world.DB.batch(statements)
    batches.push(results)
    return results
  }
  const DB = new Proxy(world.DB, {
    get(db, name) {
      if (name === 'batch') return batch
      const value: unknown = Reflect.get(db, name)
      return typeof value === 'function' ? value.bind(db) : value
    },
  })
  return { DB, batches }
}

const written = (results: D1Result[] | undefined): number =>
  (results ?? []).reduce((sum, { meta }) => sum + meta.rows_written, 0)

describe('what a batch of pledges costs', () => {
  it('is two rows written an accepted pledge, and nothing read back', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => userWith(100)))
    const asks = Array.from({ length: 50 }, (_, n): [string, string, number] => [
      users[n % 5] ?? '',
      `k:${n}`,
      1,
    ])
    const { DB, batches } = watched()
    const verdicts = await commitPledges({ DB }, batchOf('dream-cost', ...asks))
    expect(verdicts.every(({ kind }) => kind === 'accepted')).toBe(true)
    expect(batches).toHaveLength(1)
    expect(written(batches[0])).toBe(100)
    expect(batches[0]?.[1]?.results).toEqual([])
  })

  it('is one row a refused pledge and none a repeated one', async () => {
    const user = await userWith(1)
    const { DB, batches } = watched()
    const batch = batchOf('dream-cost', [user, 'k:much', 2])
    await commitPledges({ DB }, batch)
    await commitPledges({ DB }, batch)
    expect(batches.map(written)).toEqual([1, 0])
  })
})

describe('the verdicts of a batch', () => {
  it('are decided one after the other: of 5, 3, 2 and 1 flowers out of 4, the second and the fourth pass', async () => {
    const user = await userWith(4)
    const batch = batchOf('dream-a', [user, 'k:5', 5], [user, 'k:3', 3], [user, 'k:2', 2], [user, 'k:1', 1])
    expect(await commit(batch)).toEqual([REFUSED, accepted(batch, 1), REFUSED, accepted(batch, 3)])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 4, pledged: 4 })
  })

  it('stand in the order of the batch when several users pledge in turn', async () => {
    const rich = await userWith(10)
    const poor = await userWith(1)
    const stranger = freshId('user')
    const batch = batchOf(
      'dream-a',
      [poor, 'k:1', 2],
      [rich, 'k:1', 2],
      [stranger, 'k:1', 2],
      [poor, 'k:2', 1],
      [rich, 'k:2', 9],
    )
    expect(await commit(batch)).toEqual([REFUSED, accepted(batch, 1), REFUSED, accepted(batch, 3), REFUSED])
  })

  it('refuse a user the ledger has never seen, and go on refusing that key after they have earned', async () => {
    const user = freshId('user')
    const batch = batchOf('dream-a', [user, 'k:early', 1])
    expect(await commit(batch)).toEqual([REFUSED])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 0, pledged: 0 })
    await creditDirectly(user, 5)
    expect(await commit(batchOf('dream-a', [user, 'k:early', 1]))).toEqual([
      { kind: 'refused', replayed: true },
    ])
    const late = batchOf('dream-a', [user, 'k:late', 1])
    expect(await commit(late)).toEqual([accepted(late)])
    expect(await loadAccount(world, user)).toEqual({ balance: 4, earned: 5, pledged: 1 })
  })

  it('are empty for an empty batch', async () => {
    expect(await commit(batchOf('dream-a'))).toEqual([])
  })
})

describe('the verdict of a key', () => {
  it('is the first one when the pledge is asked for again', async () => {
    const user = await userWith(10)
    const first = batchOf('dream-a', [user, 'k:1', 3])
    await commit(first)
    const again = { ...batchOf('dream-a', [user, 'k:1', 3]), at: AT + 60_000 }
    expect(await commit(again)).toEqual([{ ...accepted(first), replayed: true }])
    expect(await loadAccount(world, user)).toEqual({ balance: 7, earned: 10, pledged: 3 })
  })

  it('is the first one when the account could no longer pay for it', async () => {
    const user = await userWith(3)
    const first = batchOf('dream-a', [user, 'k:1', 3])
    await commit(first)
    expect(await commit(batchOf('dream-a', [user, 'k:1', 3]))).toEqual([
      { ...accepted(first), replayed: true },
    ])
  })

  it('is `reused` for another dream and for another number of flowers, accepted or refused before', async () => {
    const user = await userWith(5)
    await commit(batchOf('dream-a', [user, 'k:yes', 3], [user, 'k:no', 9]))
    const before = await ledgerNow()
    expect(await commit(batchOf('dream-b', [user, 'k:yes', 3], [user, 'k:no', 9]))).toEqual([REUSED, REUSED])
    expect(await commit(batchOf('dream-a', [user, 'k:yes', 2], [user, 'k:no', 1]))).toEqual([REUSED, REUSED])
    expect(await ledgerNow()).toEqual(before)
  })

  it('is decided once when it stands twice in one batch', async () => {
    const user = await userWith(5)
    const batch = batchOf('dream-a', [user, 'k:1', 2], [user, 'k:1', 2])
    expect(await commit(batch)).toEqual([accepted(batch), { ...accepted(batch), replayed: true }])
    expect(await loadAccount(world, user)).toMatchObject({ balance: 3 })
  })

  it('belongs to its user: another user may use the same key', async () => {
    const users = [await userWith(2), await userWith(2)] as const
    const batch = batchOf('dream-a', [users[0], 'k:same', 2], [users[1], 'k:same', 2])
    expect(await commit(batch)).toEqual([accepted(batch, 0), accepted(batch, 1)])
  })

  it('goes to one of two dreams that are asked for it at once', async () => {
    const user = await userWith(10)
    const batches = [batchOf('dream-a', [user, 'k:1', 4]), batchOf('dream-b', [user, 'k:1', 4])]
    const kinds = (await Promise.all(batches.map(commit))).map(([verdict]) => verdict?.kind)
    expect(kinds.sort()).toEqual(['accepted', 'reused'])
    expect(await loadAccount(world, user)).toEqual({ balance: 6, earned: 10, pledged: 4 })
  })
})

describe('two dreams that number their pledges alike', () => {
  it('are told apart: the key goes to the first, though the second’s pledge carries the same mark', async () => {
    const user = await userWith(10)
    const rows = [[user, 'k:1', 4, nextMark()] as const]
    await commit({ ref: 'dream-a', at: AT, rows })
    expect(await commit({ ref: 'dream-b', at: AT, rows })).toEqual([REUSED])
    expect(await loadAccount(world, user)).toMatchObject({ pledged: 4 })
  })
})

describe('a batch that is written again', () => {
  const mixed = async (): Promise<Batch> => {
    const [rich, poor, stranger] = [await userWith(9), await userWith(1), freshId('user')]
    return batchOf(
      freshId('dream'),
      [rich, 'k:1', 4],
      [poor, 'k:1', 4],
      [stranger, 'k:1', 4],
      [rich, 'k:2', 4],
      [rich, 'k:3', 4],
    )
  }

  it('changes nothing and gives the same verdicts', async () => {
    const batch = await mixed()
    const verdicts = await commit(batch)
    const after = await ledgerNow()
    expect(verdicts.map(({ kind }) => kind)).toEqual([
      'accepted',
      'refused',
      'refused',
      'accepted',
      'refused',
    ])
    for (let n = 0; n < 3; n++) expect(await commit(batch)).toEqual(verdicts)
    expect(await ledgerNow()).toEqual(after)
  })

  it('changes nothing when it is written twice at the same time', async () => {
    const batch = await mixed()
    const [one, other] = await Promise.all([commit(batch), commit(batch)])
    expect(one).toEqual(other)
    expect(one?.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'refused', 'accepted', 'refused'])
  })

  it('changes nothing when it lands late, after its users have earned and pledged on', async () => {
    const batch = await mixed()
    const verdicts = await commit(batch)
    for (const user of new Set(batch.rows.map(([name]) => name))) {
      await creditDirectly(user, 100)
      await commit(batchOf(batch.ref, [user, 'k:next', 50]))
    }
    const before = await ledgerNow()
    expect(await commit(batch)).toEqual(verdicts)
    expect(await ledgerNow()).toEqual(before)
  })

  it('adds nothing to keys that a later batch decided while it was lost', async () => {
    const user = await userWith(10)
    const lost = batchOf('dream-a', [user, 'k:1', 4], [user, 'k:2', 4])
    const later = batchOf('dream-a', [user, 'k:1', 4])
    await commit(later)
    expect(await commit(lost)).toEqual([{ ...accepted(later), replayed: true }, accepted(lost, 1)])
    expect(await loadAccount(world, user)).toEqual({ balance: 2, earned: 10, pledged: 8 })
  })
})

describe('a batch that cannot be written', () => {
  it('throws and leaves nothing of itself behind', async () => {
    const user = await userWith(10)
    const before = await ledgerNow()
    await expect(commit(batchOf('dream-a', [user, 'k:1', 2], [user, 'k:2', 0]))).rejects.toThrow()
    await expect(commit(batchOf('dream-a', [user, 'k:1', 2], [user, 'k:2', -3]))).rejects.toThrow()
    expect(await ledgerNow()).toEqual(before)
  })
})

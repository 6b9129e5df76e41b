import { publicState } from '../dreams/moves.ts'
import { type CatalogueDream, listDreams } from '../dreams/store.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { type DreamDay, findNumbers, listDreamDays } from '../numbers/numbers-store.ts'
import { findDonePass, isKept } from '../numbers/passes-store.ts'
import { writeDay } from '../numbers/rules.ts'
import type { FileOf, FileRow } from './files.ts'
import { listProposals, listReports, type ProposalRow, type ReportRow } from './store.ts'

/** The files: which columns each has, and how its pages are read. */

/** Rows of 75 KB of text at most, read at once: 4 MB of an isolate's 128. */
const PAGE_OF_TEXTS = 50

/** Reports with all of their corrections, 700 KB each at most. */
const PAGE_OF_REPORTS = 5

/** Rows of numbers, 100 bytes each. */
const PAGE_OF_NUMBERS = 2_000

/** Days of open data: ten years. */
const MAX_DAYS = 3_660

/** The licence of the open data, by its SPDX name and where it stands. */
export const LICENCE = { name: 'CC-BY-4.0', address: 'https://creativecommons.org/licenses/by/4.0/' } as const

/** Reads rows in the order of a key, `size` at a time, until there are fewer. */
async function* inPages<Row>(
  size: number,
  list: (after: Row | null, limit: number) => Promise<readonly Row[]>,
  toRow: (row: Row) => FileRow,
): AsyncGenerator<readonly FileRow[], void> {
  for (let last: Row | null | undefined = null; last !== undefined; ) {
    const rows: readonly Row[] = await list(last, size)
    if (rows.length > 0) yield rows.map(toRow)
    last = rows.length === size ? rows.at(-1) : undefined
  }
}

const PUBLIC_DREAM = [
  ...[
    'id',
    'title',
    'titleEn',
    'summary',
    'sample',
    'campaign',
    'state',
    'quota',
    'flowers',
    'pledges',
    'asOf',
  ],
  ...[
    'returnedFlowers',
    'returnedPledges',
    'opensAt',
    'closesAt',
    'reachedAt',
    'settlesAt',
    'fundedAt',
    'expiredAt',
  ],
  ...['returnedAt', 'stageAt', 'reportDueAt', 'reportOverdue', 'what', 'forWhom', 'place', 'howMany', 'why'],
] as const

function dreamRow(dream: CatalogueDream, now: number): FileRow {
  const { what, forWhom, place, howMany, why, pictures } = dream.story
  return {
    ...dream,
    state: publicState(dream, now),
    asOf: rfc3339(dream.asOf),
    opensAt: rfc3339(dream.opensAt),
    closesAt: rfc3339(dream.closesAt),
    reachedAt: rfc3339OrNull(dream.reachedAt),
    settlesAt: rfc3339OrNull(dream.settlesAt),
    fundedAt: rfc3339OrNull(dream.fundedAt),
    expiredAt: rfc3339OrNull(dream.expiredAt),
    returnedAt: rfc3339OrNull(dream.returnedAt),
    stageAt: rfc3339OrNull(dream.stageAt),
    reportDueAt: rfc3339OrNull(dream.reportDueAt),
    reportOverdue: dream.reportState === 'overdue',
    ...{ what: what ?? null, forWhom: forWhom ?? null, place: place ?? null },
    ...{ howMany: howMany ?? null, why: why ?? null, pictures: pictures ?? [] },
    story: null,
  }
}

/** The catalogue in its order, at `now` (ms). For operators with the position and the ids of pictures. */
export function dreamsFile(db: D1Database, now: number): FileOf {
  return {
    columns: ['position', ...PUBLIC_DREAM, 'pictures'],
    pages: () =>
      inPages<CatalogueDream>(
        PAGE_OF_TEXTS,
        (last, limit) => listDreams(db, last?.position ?? -1, limit),
        (dream) => dreamRow(dream, now),
      ),
  }
}

/** The catalogue as open data. */
export function openDreamsFile(db: D1Database, now: number): FileOf {
  return { ...dreamsFile(db, now), columns: PUBLIC_DREAM, end: { licence: LICENCE.name } }
}

/**
 * What was given to each dream on each day, in the order of dreams and days, by the last pass over the ledger. Should that
 * pass be forgotten while it is read, the file breaks off.
 */
export function pledgesPerDayFile(db: D1Database): FileOf {
  return {
    columns: ['day', 'dream', 'title', 'campaign', 'given', 'pledges', 'refunded', 'asOf'],
    async *pages() {
      const pass = await findDonePass(db)
      if (!pass) return
      const asOf = rfc3339(pass.horizon)
      yield* inPages<DreamDay>(
        PAGE_OF_NUMBERS,
        async (last, limit) => {
          const rows = await listDreamDays(db, pass.id, last, limit)
          if (!(await isKept(db, pass.id))) throw new Error('the pass was forgotten while it was read')
          return rows
        },
        ({ day, ...row }) => ({ ...row, day: writeDay(day), asOf }),
      )
    },
  }
}

/** What flowed on each day, as open data. */
export function openDaysFile(db: D1Database): FileOf {
  return {
    columns: ['day', 'earned', 'acts', 'takenBack', 'given', 'pledges', 'refunded', 'asOf'],
    end: { licence: LICENCE.name },
    async *pages() {
      const found = await findNumbers(db, '', MAX_DAYS)
      if (!found) return
      const asOf = rfc3339OrNull(found.numbers.asOf)
      yield found.days.map(({ at, ...flow }) => ({ day: writeDay(at), ...flow, asOf }))
    },
  }
}

/** Reports with their corrections, in the order of dreams. */
export function reportsFile(db: D1Database): FileOf {
  return {
    columns: [
      ...[
        'id',
        'dream',
        'number',
        'organisation',
        'title',
        'body',
        'figures',
        'pictures',
        'final',
        'dueAt',
        'late',
      ],
      ...['publishedAt', 'corrections'],
    ],
    pages: () =>
      inPages<ReportRow>(
        PAGE_OF_REPORTS,
        (last, limit) => listReports(db, last ?? { dream: '', number: 0 }, limit),
        (report) => ({
          ...report,
          dueAt: rfc3339(report.dueAt),
          publishedAt: rfc3339(report.publishedAt),
          corrections: report.corrections.map(({ text, at }) => ({ text, at: rfc3339(at) })),
        }),
      ),
  }
}

/** Proposals that were sent, in the order they were begun. It says how many proposed each, not who. */
export function proposalsFile(db: D1Database): FileOf {
  return {
    columns: [
      ...[
        'number',
        'id',
        'state',
        'title',
        'what',
        'forWhom',
        'place',
        'howMany',
        'why',
        'pictures',
        'proposers',
      ],
      ...['reason', 'mergedInto', 'assignee', 'createdAt', 'updatedAt', 'proposedAt'],
    ],
    pages: () =>
      inPages<ProposalRow>(
        PAGE_OF_TEXTS,
        (last, limit) => listProposals(db, last?.number ?? 0, limit),
        (proposal) => ({
          ...proposal,
          pictures: JSON.parse(proposal.pictures),
          createdAt: rfc3339(proposal.createdAt),
          updatedAt: rfc3339(proposal.updatedAt),
          proposedAt: rfc3339OrNull(proposal.proposedAt),
        }),
      ),
  }
}

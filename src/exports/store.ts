import type { Figure } from '../execution/schema.ts'

/** Whole tables in the order of a key, a page at a time, for files. Reads only. */

/** A proposal that was sent, with how many people stand behind it. Times in ms. */
export interface ProposalRow {
  readonly number: number
  readonly id: string
  readonly state: string
  readonly title: string
  readonly what: string
  readonly forWhom: string
  readonly place: string
  readonly howMany: string
  readonly why: string
  readonly pictures: string
  readonly reason: string | null
  readonly mergedInto: string | null
  readonly assignee: string | null
  readonly proposers: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly proposedAt: number | null
}

// A draft is its author's alone.
const PROPOSALS_SQL = `SELECT number, id, state, title, what, for_whom AS forWhom, place, how_many AS howMany, why, pictures, reason,
  merged_into AS mergedInto, assignee, created_at AS createdAt, updated_at AS updatedAt, proposed_at AS proposedAt,
  (SELECT count(*) FROM proposers p WHERE p.dream = proposals.id) AS proposers
FROM proposals WHERE number > ?1 AND state <> 'draft' ORDER BY number LIMIT ?2`

/** Proposals after a number. */
export async function listProposals(db: D1Database, after: number, limit: number): Promise<ProposalRow[]> {
  return (await db.prepare(PROPOSALS_SQL).bind(after, limit).all<ProposalRow>()).results
}

/** A report with its corrections. Times in ms. */
export interface ReportRow {
  readonly id: string
  readonly dream: string
  readonly number: number
  readonly organisation: string | null
  readonly title: string
  readonly body: string
  readonly figures: readonly Figure[]
  readonly pictures: readonly string[]
  readonly final: boolean
  readonly dueAt: number
  readonly late: boolean
  readonly corrections: readonly { readonly text: string; readonly at: number }[]
  readonly publishedAt: number
}

const REPORTS_SQL = `SELECT id, dream, number, organisation, title, body, figures, pictures, final, due_at AS dueAt, late,
  published_at AS publishedAt, (SELECT json_group_array(json_object('text', c.text, 'at', c.at) ORDER BY c.id)
    FROM report_corrections c WHERE c.report = reports.id) AS corrections
FROM reports WHERE (dream, number) > (?1, ?2) ORDER BY dream, number LIMIT ?3`

/** Reports in the order of dreams and numbers, after one of them. */
export async function listReports(
  db: D1Database,
  after: { readonly dream: string; readonly number: number },
  limit: number,
): Promise<ReportRow[]> {
  type Stored = { [Name in keyof ReportRow]: ReportRow[Name] extends boolean ? number : ReportRow[Name] } & {
    figures: string
    pictures: string
    corrections: string
  }
  const { results } = await db.prepare(REPORTS_SQL).bind(after.dream, after.number, limit).all<Stored>()
  return results.map((row) => ({
    ...row,
    figures: JSON.parse(row.figures),
    pictures: JSON.parse(row.pictures),
    final: row.final === 1,
    late: row.late === 1,
    corrections: JSON.parse(row.corrections),
  }))
}

import { MAX_ANSWERS, MAX_RAISES } from './rules.ts'

/** One answer, with the organisation that gave it; null for the operator. */
export interface Answer {
  readonly question: string
  readonly text: string
  readonly organisation: string | null
  readonly name: string | null
  readonly nameEn: string | null
  /** ms since 1970. */
  readonly at: number
}

/** The answers to questions, oldest first, at most `MAX_ANSWERS` each. */
export async function listAnswers(db: D1Database, questions: readonly string[]): Promise<Answer[]> {
  const { results } = await db
    .prepare(
      `SELECT a.question, a.text, a.organisation, o.name, o.name_en AS nameEn, a.at
       FROM json_each(?1) i JOIN answers a ON a.question = i.value LEFT JOIN organisations o ON o.id = a.organisation
       ORDER BY a.id LIMIT ?2`,
    )
    .bind(JSON.stringify(questions), questions.length * MAX_ANSWERS)
    .all<Answer>()
  return results
}

/** Why a user raised a concern. */
export interface Reason {
  readonly question: string
  readonly reason: string
  /** ms since 1970. */
  readonly at: number
}

/** Why users raised concerns, oldest first, at most `MAX_RAISES` each. */
export async function listReasons(db: D1Database, questions: readonly string[]): Promise<Reason[]> {
  const { results } = await db
    .prepare(
      `SELECT r.question, r.reason, r.at FROM json_each(?1) i JOIN raises r ON r.question = i.value ORDER BY r.id LIMIT ?2`,
    )
    .bind(JSON.stringify(questions), questions.length * MAX_RAISES)
    .all<Reason>()
  return results
}

/** How a dream's questions are answered. Hidden ones do not count. `medianMs` is from asking to the first answer. */
export interface ResponseTime {
  readonly answered: number
  /** Neither answered nor settled by the operator. */
  readonly open: number
  /** Waiting for the operator. */
  readonly raised: number
  readonly medianMs: number | null
}

const RESPONSE_SQL = `WITH times AS (
  SELECT answered_at - asked_at AS ms, row_number() OVER (ORDER BY answered_at - asked_at) AS n, count(*) OVER () AS total
  FROM questions WHERE dream = ?1 AND hidden = 0 AND answered_at IS NOT NULL
)
SELECT (SELECT count(*) FROM times) AS answered, (SELECT avg(ms) FROM times WHERE n IN ((total + 1) / 2, (total + 2) / 2)) AS medianMs,
  count(*) FILTER (WHERE answered_at IS NULL AND resolved_at IS NULL) AS open, count(*) FILTER (WHERE state = 'raised') AS raised
FROM questions WHERE dream = ?1 AND hidden = 0`

/** How the questions on a dream are answered. */
export async function loadResponseTime(db: D1Database, dream: string): Promise<ResponseTime> {
  const row = await db.prepare(RESPONSE_SQL).bind(dream).first<ResponseTime>()
  if (!row) throw new Error('a count without a row')
  return row
}

import type { UserRange } from '../ledger/walk.ts'
import { sourcesSql } from './sources.ts'

/**
 * The SQL that counts a range of users, as one transaction. Every statement holds only while the pass stands where the
 * range begins, and the last moves it on: a range that was counted counts no more. In all of them ?1 is the pass, ?2 and
 * ?3 the range, ?4 the horizon in ms.
 *
 * Each scans the range's part of the primary key by itself: 5,000 entries that are in the database's cache by then.
 */

const HOUR_MS = 3_600_000

/** Days of the public are those of China, eight hours ahead of UTC all year round. */
const PUBLIC_HOURS_AHEAD = 8

/** How many of the most flowers are kept. The public is shown half of them. */
const MAX_TOPS = 20

/** Most differences kept of a pass; one is already too many. */
const MAX_DIFFERENCES = 100

/** Most differences of one kind in one range, so that one kind hides no other. */
const MAX_OF_KIND = 20

const STANDS =
  'EXISTS (SELECT 1 FROM rollup_passes r WHERE r.id = ?1 AND r.done_at IS NULL AND r.after_user = ?2)'

const IN_RANGE = 'user > ?2 AND user <= ?3'

const COUNTED = `${IN_RANGE} AND at < ?4`

const DAY_AND_HOUR = `(at / ${HOUR_MS} + ${PUBLIC_HOURS_AHEAD}) / 24 AS day, at / ${HOUR_MS} AS hour`

const LINES_SQL = `INSERT INTO rollup_lines (pass, line, day, hour, earned, acts, taken_back)
SELECT ?1, ref, ${DAY_AND_HOUR}, sum(iif(kind = 'credit', flowers, 0)), sum(kind <> 'reversal'), -sum(iif(kind = 'reversal', flowers, 0))
FROM entries WHERE ${COUNTED} AND kind IN ('credit', 'capped', 'reversal') AND ${STANDS} GROUP BY ref, hour
ON CONFLICT DO UPDATE SET earned = earned + excluded.earned, acts = acts + excluded.acts, taken_back = taken_back + excluded.taken_back`

// A refund of all that stood of its pledge ends it.
const DREAMS_SQL = `INSERT INTO rollup_dreams (pass, dream, day, hour, given, pledges, refunded, ended)
SELECT ?1, ref, ${DAY_AND_HOUR}, -sum(iif(kind = 'pledge', flowers, 0)), sum(kind = 'pledge'),
  sum(iif(kind = 'refund', flowers, 0)), sum(kind = 'refund' AND flowers = asked)
FROM entries WHERE ${COUNTED} AND kind IN ('pledge', 'refund') AND ${STANDS} GROUP BY ref, hour
ON CONFLICT DO UPDATE SET given = given + excluded.given, pledges = pledges + excluded.pledges,
  refunded = refunded + excluded.refunded, ended = ended + excluded.ended`

const SOURCES_SQL = `INSERT INTO rollup_sources (pass, dream, line, flowers)
SELECT ?1, dream, line, flowers FROM (${sourcesSql(COUNTED)}) WHERE ${STANDS}
ON CONFLICT DO UPDATE SET flowers = flowers + excluded.flowers`

// Who had every flower taken back earned none; who was given a pledge back has given all the same. What moves from a
// holding account to the one it is linked to is earned there.
const PEOPLE_SQL = `INSERT INTO rollup_people (pass, scope, id, people)
SELECT ?1, scope, id, people FROM (
  SELECT 'givers' AS scope, '' AS id, count(DISTINCT user) AS people FROM entries WHERE ${COUNTED} AND kind = 'pledge'
  UNION ALL
  SELECT 'dream', ref, count(DISTINCT user) FROM entries WHERE ${COUNTED} AND kind = 'pledge' GROUP BY ref
  UNION ALL
  SELECT 'campaign', d.campaign, count(DISTINCT user) FROM entries e JOIN dreams d ON d.id = e.ref
  WHERE ${COUNTED} AND kind = 'pledge' AND d.campaign IS NOT NULL GROUP BY d.campaign
  UNION ALL
  SELECT 'earners', '', count(*) FROM (SELECT user FROM entries WHERE ${COUNTED} AND kind IN ('credit', 'reversal', 'moved')
    GROUP BY user HAVING sum(flowers) > 0)
  UNION ALL
  SELECT 'line', ref, count(*) FROM (SELECT ref, user FROM entries WHERE ${COUNTED} AND kind IN ('credit', 'reversal', 'moved')
    GROUP BY user, ref HAVING sum(flowers) > 0) GROUP BY ref
) WHERE people > 0 AND ${STANDS}
ON CONFLICT DO UPDATE SET people = people + excluded.people`

const TOPS_SQL = `INSERT INTO rollup_tops (pass, board, campaign, flowers)
SELECT ?1, board, campaign, flowers FROM (
  SELECT board, campaign, flowers, row_number() OVER (PARTITION BY board, campaign ORDER BY flowers DESC) AS place FROM (
    SELECT 'earned' AS board, '' AS campaign, sum(flowers) AS flowers FROM entries
    WHERE ${COUNTED} AND kind IN ('credit', 'reversal', 'moved') GROUP BY user
    UNION ALL
    SELECT 'given', '', -sum(flowers) FROM entries WHERE ${COUNTED} AND kind IN ('pledge', 'refund') GROUP BY user
    UNION ALL
    SELECT 'given', d.campaign, -sum(e.flowers) FROM entries e JOIN dreams d ON d.id = e.ref
    WHERE ${COUNTED} AND kind IN ('pledge', 'refund') AND d.campaign IS NOT NULL GROUP BY e.user, d.campaign
  ) WHERE flowers > 0
) WHERE place <= ${MAX_TOPS} AND ${STANDS}`

const TRIM_TOPS_SQL = `DELETE FROM rollup_tops WHERE ${STANDS} AND id IN (
  SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY board, campaign ORDER BY flowers DESC, id) AS place
    FROM rollup_tops WHERE pass = ?1) WHERE place > ${MAX_TOPS})`

// Whole accounts against all of their entries, whatever the horizon: in one transaction both are of one moment.
const ACCOUNTS_DIFFER = `SELECT 'account ' || user || ' is not its entries: ' || json_object('entries', sum(entries), 'earned', sum(earned),
  'pledged', sum(pledged), 'entries_n', sum(n), 'entries_last', max(seq), 'entries_earned', sum(earned_n), 'entries_pledged', sum(pledged_n)) AS text
FROM (
  SELECT user, entries, earned, pledged, 0 AS n, 0 AS seq, 0 AS earned_n, 0 AS pledged_n FROM accounts WHERE ${IN_RANGE}
  UNION ALL
  SELECT user, 0, 0, 0, 1, seq, iif(kind IN ('credit', 'reversal', 'moved'), flowers, 0), -iif(kind IN ('pledge', 'refund'), flowers, 0)
  FROM entries WHERE ${IN_RANGE} AND seq > 0
) GROUP BY user
HAVING sum(entries) <> sum(n) OR sum(entries) <> max(seq) OR sum(earned) <> sum(earned_n) OR sum(pledged) <> sum(pledged_n)`

const REFUNDS_DIFFER = `SELECT 'more of pledge ' || b.origin || ' of ' || b.user || ' is refunded than it was: ' ||
  json_object('refunded', sum(b.flowers), 'flowers', -ifnull(p.flowers, 0)) AS text
FROM entries b LEFT JOIN entries p ON p.user = b.user AND p.key = b.origin AND p.kind = 'pledge' AND p.ref = b.ref
WHERE b.user > ?2 AND b.user <= ?3 AND b.kind = 'refund' GROUP BY b.user, b.origin
HAVING sum(b.flowers) > -ifnull(p.flowers, 0)`

// The other side may be in another range: it is looked up.
const MOVES_DIFFER = `SELECT m.key || ' of ' || m.user || ' has no other side' AS text FROM entries m
WHERE m.user > ?2 AND m.user <= ?3 AND m.kind = 'moved' AND NOT EXISTS (
  SELECT 1 FROM entries o WHERE o.user = m.origin AND o.key = m.key AND o.kind = 'moved' AND o.origin = m.user AND o.flowers = -m.flowers)`

// All reversals of an act are in one account.
const REVOCATIONS_DIFFER = `SELECT 'the revocation of ' || r.act || ' is not its entries: ' || json_object('taken', v.taken, 'entries_taken', r.taken) AS text
FROM (SELECT origin AS act, -sum(flowers) AS taken FROM entries WHERE ${IN_RANGE} AND kind = 'reversal' GROUP BY user, origin) r
LEFT JOIN revocations v ON v.act = r.act WHERE r.taken <> ifnull(v.taken, 0)`

const FOUND = [ACCOUNTS_DIFFER, REFUNDS_DIFFER, MOVES_DIFFER, REVOCATIONS_DIFFER]
  .map((sql) => `SELECT text FROM (${sql} LIMIT ${MAX_OF_KIND})`)
  .join(' UNION ALL ')

const DIFFERENCES = `SELECT json_group_array(text) FROM (
  SELECT value AS text FROM json_each(rollup_passes.differences) UNION ALL ${FOUND} LIMIT ${MAX_DIFFERENCES})`

const MOVE_ON_SQL = `UPDATE rollup_passes SET after_user = ?3, differences = (${DIFFERENCES}),
  entries = rollup_passes.entries + e.counted, earned = earned + e.earned_before, taken_back = taken_back + e.taken_before,
  given = given + e.given_before, refunded = refunded + e.refunded_before,
  accounts = rollup_passes.accounts + a.n, balances = balances + a.held,
  credited = credited + e.credited_n, reversed = reversed + e.reversed_n, pledged = rollup_passes.pledged + e.pledged_n
FROM (
  SELECT ifnull(sum(at < ?4), 0) AS counted,
    ifnull(sum(iif(kind = 'credit' AND at < ?4, flowers, 0)), 0) AS earned_before,
    ifnull(-sum(iif(kind = 'reversal' AND at < ?4, flowers, 0)), 0) AS taken_before,
    ifnull(-sum(iif(kind = 'pledge' AND at < ?4, flowers, 0)), 0) AS given_before,
    ifnull(sum(iif(kind = 'refund' AND at < ?4, flowers, 0)), 0) AS refunded_before,
    ifnull(sum(iif(kind IN ('credit', 'reversal', 'moved'), flowers, 0)), 0) AS credited_n,
    ifnull(-sum(iif(kind = 'reversal', flowers, 0)), 0) AS reversed_n,
    ifnull(-sum(iif(kind IN ('pledge', 'refund'), flowers, 0)), 0) AS pledged_n
  FROM entries WHERE ${IN_RANGE}
) e, (SELECT count(*) AS n, ifnull(sum(earned - pledged), 0) AS held FROM accounts WHERE ${IN_RANGE}) a
WHERE id = ?1 AND done_at IS NULL AND after_user = ?2 RETURNING after_user AS afterUser`

/**
 * Counts a range of users in a pass that stands where it begins, and moves the pass on. False when it stands elsewhere:
 * the range was counted, and nothing was done.
 */
export async function countRange(
  db: D1Database,
  pass: { readonly id: number; readonly horizon: number },
  { from, to }: UserRange,
): Promise<boolean> {
  const counting = [LINES_SQL, DREAMS_SQL, SOURCES_SQL, PEOPLE_SQL, TOPS_SQL].map((sql) =>
    db.prepare(sql).bind(pass.id, from, to, pass.horizon),
  )
  const results = await db.batch([
    ...counting,
    db.prepare(TRIM_TOPS_SQL).bind(pass.id, from),
    db.prepare(MOVE_ON_SQL).bind(pass.id, from, to, pass.horizon),
  ])
  return (results.at(-1)?.results.length ?? 0) > 0
}

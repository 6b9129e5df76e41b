import { lineOfKey } from './ids.ts'
import type { CreditRow, PledgeRow } from './verdicts.ts'

/**
 * What the ledger tells subscribers: rows of the outbox, written in the transaction of the entries they tell of and read
 * from those entries, so that nothing is told that did not happen and nothing that happened is left out. A batch that is
 * sent again writes the same ids, which are there.
 */

/** Most items of one event: as many as a body of a line carries. */
const MAX_TOLD = 500

// The user is told as the line stated it: an id of its own is what follows the space of a holding account.
const TELL_CREDITS_SQL = `INSERT INTO outbox (id, type, owner, data, at)
SELECT 'evt_credits_' || ?2 || '_' || min(e.mark), 'flowers.credited', 'line:' || ?2, json_object('credits', json_group_array(json_object(
  'id', substr(e.key, length(?2) + 6), 'user', substr(ifnull(e.origin, e.user), instr(ifnull(e.origin, e.user), ' ') + 1), 'flowers', e.flowers,
  'at', strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000.0, 'unixepoch')))), ?3
FROM json_each(?1) i JOIN entries e ON e.key = i.value ->> 1 AND e.kind IN ('credit', 'capped')
WHERE EXISTS (SELECT 1 FROM endpoints p WHERE p.owner = 'line:' || ?2 AND p.state <> 'deleted')
  AND e.ref = ?2 AND e.mark = i.value ->> 3 AND e.flowers > 0 GROUP BY i.key / ${MAX_TOLD}
ON CONFLICT (id) DO NOTHING`

/** The statement that tells a line's subscribers what this batch credited. Whether there are any is asked once, first. */
export function tellCredits(
  db: D1Database,
  batch: { readonly ref: string; readonly at: number; readonly rows: readonly CreditRow[] },
  body: string,
): D1PreparedStatement {
  return db.prepare(TELL_CREDITS_SQL).bind(body, batch.ref, batch.at)
}

const TELL_PLEDGES_SQL = `INSERT INTO outbox (id, type, owner, data, at)
SELECT 'evt_pledges_' || ?2 || '_' || min(a.mark), 'pledge.accepted', 'line:' || a.line, json_object('pledges', json_group_array(json_object(
  'id', substr(a.key, length(a.line) + 6), 'dream', ?2, 'flowers', a.flowers,
  'at', strftime('%Y-%m-%dT%H:%M:%fZ', ?3 / 1000.0, 'unixepoch')))), ?3
FROM (
  SELECT i.key AS place, e.key, e.mark, -e.flowers AS flowers, substr(e.key, 5, instr(substr(e.key, 5), ':') - 1) AS line
  FROM json_each(?1) i JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1
  WHERE e.key GLOB 'ask:*' AND e.kind = 'pledge' AND e.ref = ?2 AND e.mark = i.value ->> 3
) a
WHERE EXISTS (SELECT 1 FROM json_each(?4) l JOIN endpoints p ON p.owner = 'line:' || l.value AND p.state <> 'deleted')
GROUP BY a.line, a.place / ${MAX_TOLD}
ON CONFLICT (id) DO NOTHING`

/**
 * The statement that tells lines which pledges they asked for were accepted; null when no line asked for any. That none of the
 * lines listens is asked once, before the rows are looked at.
 */
export function tellPledges(
  db: D1Database,
  batch: { readonly ref: string; readonly at: number; readonly rows: readonly PledgeRow[] },
  body: string,
): D1PreparedStatement | null {
  const lines = new Set<string>()
  for (const [, key] of batch.rows) {
    const line = lineOfKey(key)
    if (line !== null) lines.add(line)
  }
  if (lines.size === 0) return null
  return db.prepare(TELL_PLEDGES_SQL).bind(body, batch.ref, batch.at, JSON.stringify([...lines]))
}

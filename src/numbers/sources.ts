/**
 * The SQL that tells from which lines the flowers of a range's pledges are. Flowers are alike, so it goes by what was
 * earned first being given first, exactly: what stands of an account's acts (what was taken back or moved away was not
 * earned here) lies end to end in the order of its history, what stands of its pledges beside it, and where an act lies
 * beside a pledge, so many flowers of the act's line are with the pledge's dream.
 *
 * An account never gives what it does not have, so every standing pledge lies beside acts, and the flowers of a dream
 * by line sum to what stands of its pledges. Entries are counted before the horizon: only one that was written much later
 * than its time, after an outage, can be on the other side of it than the entries it stands on, until the next pass.
 */

// Of one act the credit, what moved of it and what was taken back; of one pledge the pledge and what came back.
const ACT = "iif(kind = 'credit', key, iif(kind = 'reversal', origin, substr(key, 7)))"
const PLEDGE = "iif(kind = 'pledge', key, origin)"

// A place in the history before a name: the least of several is the first, and says whose it is.
const NAMED = "printf('%015d', seq) || ref"
const NAME_AT = 16

/**
 * Flowers by dream and line (`dream`, `line`, `flowers`) of the entries that the condition `counted` takes: whole users, any
 * number of them. Two sorts of the range's entries, however many acts and pledges a user has.
 */
export const sourcesSql = (counted: string): string => `WITH standing AS (
  SELECT user, min(seq) AS seq, ref, 1 AS earned, sum(flowers) AS flowers FROM entries
  WHERE ${counted} AND kind IN ('credit', 'reversal', 'moved') GROUP BY user, ${ACT} HAVING sum(flowers) > 0
  UNION ALL
  SELECT user, min(seq), ref, 0, -sum(flowers) FROM entries
  WHERE ${counted} AND kind IN ('pledge', 'refund') GROUP BY user, ${PLEDGE} HAVING sum(flowers) < 0
), ends AS (
  SELECT user, earned, ${NAMED} AS name, sum(flowers) OVER (PARTITION BY user, earned ORDER BY seq) AS upto FROM standing
), pieces AS (
  SELECT upto - lead(upto, 1, 0) OVER downwards AS flowers,
    min(iif(earned, name, NULL)) OVER downwards AS act, min(iif(earned, NULL, name)) OVER downwards AS pledge
  FROM ends WINDOW downwards AS (PARTITION BY user ORDER BY upto DESC)
)
SELECT substr(pledge, ${NAME_AT}) AS dream, substr(act, ${NAME_AT}) AS line, sum(flowers) AS flowers FROM pieces
WHERE act IS NOT NULL AND pledge IS NOT NULL AND flowers > 0 GROUP BY 1, 2`

/**
 * Every table that holds something of a person, in one list: how it is read out for them, and what becomes of it when they
 * have their account deleted. A test holds it to be every table with a column of user ids.
 *
 * What deletion does runs in one transaction, in the order of the list.
 */

/** How the rows of one person are read, a page after the other. */
export interface Section {
  /** What they are called in what is read out. */
  readonly name: string
  /** True where a person has one row or none. */
  readonly single?: true
  readonly columns: string
  /** Where they are from; ?1 is the user. */
  readonly from: string
  /** The column that orders them, unique among the rows of a person, and what lies before its first value. */
  readonly by: string
  readonly start: '' | 0
  /** Columns that are JSON, and columns that are 0 or 1. */
  readonly json?: readonly string[]
  readonly flags?: readonly string[]
}

/** What deletion does to the rows of a person: statements (?1 the user, ?2 the time in ms), or nothing, and why. */
type Deletion =
  | { readonly does: 'delete' | 'clear'; readonly statements: readonly string[] }
  | { readonly does: 'keep'; readonly why: string }

export interface PersonalTable {
  readonly table: string
  /** Its columns of user ids. */
  readonly users: readonly string[]
  /** Null where it says nothing that is not read out from another one, or is another's work. */
  readonly section: Section | null
  readonly deletion: Deletion
}

const keep = (why: string): Deletion => ({ does: 'keep', why })
const remove = (...statements: string[]): Deletion => ({ does: 'delete', statements })
const clear = (...statements: string[]): Deletion => ({ does: 'clear', statements })

const COUNTED = 'Flowers that were given stay counted; the id has no person behind it any more.'

const OWN_DRAFTS = `SELECT p.id FROM proposers o JOIN proposals p ON p.id = o.dream WHERE o.user = ?1 AND p.state = 'draft'`

/** Where pictures stand in texts that everyone can read: JSON arrays of their ids. */
export const PUBLISHED_PICTURES = [
  `SELECT j.value FROM dreams t, json_each(t.story, '$.pictures') j`,
  'SELECT j.value FROM progress t, json_each(t.pictures) j',
  'SELECT j.value FROM reports t, json_each(t.pictures) j',
].join(' UNION ALL ')

export const PERSONAL_TABLES: readonly PersonalTable[] = [
  {
    table: 'closed_accounts',
    users: ['user'],
    section: null,
    deletion: keep('Says that the account was deleted, so that nothing more is done from it.'),
  },
  {
    table: 'accounts',
    users: ['user'],
    section: {
      name: 'account',
      single: true,
      columns: 'balance, earned, pledged, entries',
      from: 'accounts WHERE user = ?1',
      ...{ by: 'user', start: '' },
    },
    deletion: keep(COUNTED),
  },
  {
    table: 'profiles',
    users: ['user'],
    section: {
      name: 'profile',
      single: true,
      columns: 'name, contact, updated_at AS updatedAt',
      from: 'profiles WHERE user = ?1',
      ...{ by: 'user', start: '' },
    },
    deletion: remove('DELETE FROM profiles WHERE user = ?1'),
  },
  {
    table: 'entries',
    users: ['user', 'origin'],
    section: {
      name: 'entries',
      columns: `key, seq, kind, flowers, asked, iif(kind IN ('pledge', 'refund', 'refused'), ref, NULL) AS dream,
        iif(kind IN ('pledge', 'refund', 'refused'), NULL, ref) AS line, rule, cut, origin, at`,
      from: 'entries WHERE user = ?1',
      ...{ by: 'key', start: '' },
    },
    deletion: keep(COUNTED),
  },
  { table: 'tallies', users: ['user'], section: null, deletion: keep('Counted from entries.') },
  { table: 'cooldowns', users: ['user'], section: null, deletion: keep('Counted from entries.') },
  {
    table: 'revocations',
    users: ['user'],
    section: null,
    deletion: keep('Belongs to the entries of acts that their line took back.'),
  },
  {
    table: 'rollup_passes',
    users: ['after_user'],
    section: null,
    deletion: keep('How far a count over all accounts came; gone when it is done.'),
  },
  {
    table: 'links',
    users: ['user', 'holding'],
    section: {
      name: 'links',
      columns: `line, substr(holding, instr(holding, ' ') + 1) AS lineUser, at`,
      from: 'links WHERE user = ?1',
      ...{ by: 'line', start: '' },
    },
    // As `removeLink` notes it.
    deletion: remove(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       SELECT ?2, ?1, 'link.removed', 'line:' || line, json_object('holding', holding, 'user', user) FROM links WHERE user = ?1`,
      'DELETE FROM links WHERE user = ?1',
    ),
  },
  {
    table: 'link_codes',
    users: ['user', 'holding'],
    section: null,
    deletion: remove('DELETE FROM link_codes WHERE user = ?1'),
  },
  {
    table: 'line_permissions',
    users: ['user'],
    section: {
      name: 'linePermissions',
      columns: 'line, may_pledge AS mayPledge, at',
      from: 'line_permissions WHERE user = ?1',
      ...{ by: 'line', start: '' },
      flags: ['mayPledge'],
    },
    deletion: remove('DELETE FROM line_permissions WHERE user = ?1'),
  },
  {
    table: 'pictures',
    users: ['owner'],
    section: {
      name: 'pictures',
      columns: 'id, type, bytes, created_at AS createdAt',
      from: 'pictures WHERE owner = ?1',
      ...{ by: 'id', start: '' },
    },
    // Those in published texts belong to the public from now on. The others leave the texts they stand in; what still has
    // an owner then is deleted with its bytes (`deletePictures`).
    deletion: clear(
      `UPDATE pictures SET owner = '' WHERE owner = ?1 AND id IN (${PUBLISHED_PICTURES})`,
      `UPDATE proposals SET pictures = (SELECT json_group_array(j.value) FROM json_each(proposals.pictures) j
         WHERE j.value NOT IN (SELECT id FROM pictures WHERE owner = ?1))
       WHERE id IN (SELECT via FROM proposers WHERE user = ?1) AND state <> 'published' AND pictures <> '[]'`,
    ),
  },
  {
    table: 'proposals',
    users: ['assignee'],
    section: {
      name: 'proposals',
      columns: `id, state, title, what, for_whom AS forWhom, place, how_many AS howMany, why, pictures, reason,
        merged_into AS mergedInto, created_at AS createdAt, updated_at AS updatedAt, proposed_at AS proposedAt`,
      from: 'proposals WHERE id IN (SELECT via FROM proposers WHERE user = ?1)',
      ...{ by: 'number', start: 0 },
      json: ['pictures'],
    },
    // What was sent stays: it is others' too. A draft is nobody else's.
    deletion: clear(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       SELECT ?2, ?1, 'proposal.deleted', 'dream:' || id, '{}' FROM (${OWN_DRAFTS})`,
      `DELETE FROM proposal_search WHERE rowid IN (SELECT number FROM proposals WHERE id IN (${OWN_DRAFTS}))`,
      `DELETE FROM proposals WHERE id IN (${OWN_DRAFTS})`,
      'UPDATE proposals SET assignee = NULL WHERE assignee = ?1',
    ),
  },
  {
    table: 'proposers',
    users: ['user'],
    section: {
      name: 'proposerOf',
      columns: 'dream, via, at',
      from: 'proposers WHERE user = ?1',
      ...{ by: 'dream', start: '' },
    },
    deletion: remove('DELETE FROM proposers WHERE user = ?1'),
  },
  {
    table: 'review_notes',
    users: ['author'],
    section: null,
    deletion: clear("UPDATE review_notes SET author = '' WHERE author = ?1"),
  },
  {
    table: 'organisation_members',
    users: ['user'],
    section: {
      name: 'memberships',
      columns: 'organisation, role, at',
      from: 'organisation_members WHERE user = ?1',
      ...{ by: 'organisation', start: '' },
    },
    // The last admin goes too: an operator puts another.
    deletion: remove(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       SELECT ?2, ?1, 'organisation.member_removed', 'organisation:' || organisation,
         json_object('user', user, 'before', json_object('role', role)) FROM organisation_members WHERE user = ?1`,
      'DELETE FROM organisation_members WHERE user = ?1',
    ),
  },
  {
    table: 'follows',
    users: ['user'],
    section: {
      name: 'follows',
      columns: 'dream, following, at',
      from: 'follows WHERE user = ?1',
      ...{ by: 'dream', start: '' },
      flags: ['following'],
    },
    deletion: remove('DELETE FROM follows WHERE user = ?1'),
  },
  {
    table: 'quiz_answers',
    users: ['user'],
    section: {
      name: 'quizAnswers',
      columns: 'day, question, choice, correct, outcome, flowers, reason, at',
      from: 'quiz_answers WHERE user = ?1',
      ...{ by: `day || ' ' || question`, start: '' },
      flags: ['correct'],
    },
    deletion: remove('DELETE FROM quiz_answers WHERE user = ?1'),
  },
  {
    table: 'questions',
    users: ['author'],
    section: {
      name: 'questions',
      columns: 'id, dream, kind, state, text, asked_at AS askedAt, answered_at AS answeredAt',
      from: 'questions WHERE author = ?1',
      ...{ by: 'number', start: 0 },
    },
    deletion: clear('UPDATE questions SET author = NULL WHERE author = ?1'),
  },
  {
    table: 'raises',
    users: ['author'],
    section: {
      name: 'raises',
      columns: 'question, reason, at',
      from: 'raises WHERE author = ?1',
      ...{ by: 'id', start: 0 },
    },
    deletion: clear('UPDATE raises SET author = NULL WHERE author = ?1'),
  },
  {
    table: 'supporter_hours',
    users: [],
    section: {
      name: 'hours',
      columns: `id, supporter, day, minutes, what, state, reason, recorded_at AS recordedAt, decided_at AS decidedAt`,
      from: 'supporter_hours WHERE supporter IN (SELECT id FROM supporters WHERE user = ?1)',
      ...{ by: 'number', start: 0 },
    },
    // The figures stay: they are the dream's.
    deletion: clear(
      `UPDATE supporter_hours SET what = '', reason = NULL WHERE supporter IN (SELECT id FROM supporters WHERE user = ?1)`,
    ),
  },
  {
    table: 'supporters',
    users: ['user'],
    section: {
      name: 'supporting',
      columns: `id, dream, kind, text, state, answer, public, offered_at AS offeredAt, invited_at AS invitedAt,
        decided_at AS decidedAt`,
      from: 'supporters WHERE user = ?1',
      ...{ by: 'number', start: 0 },
      flags: ['public'],
    },
    deletion: clear(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       SELECT ?2, ?1, 'supporter.withdrawn', 'supporter:' || id, json_object('dream', dream, 'from', state, 'to', 'withdrawn')
       FROM supporters WHERE user = ?1 AND state IN ('offered', 'invited')`,
      `UPDATE supporters SET text = '', answer = NULL, public = 0, user = NULL,
         decided_at = iif(state IN ('offered', 'invited'), ?2, decided_at),
         state = iif(state IN ('offered', 'invited'), 'withdrawn', state) WHERE user = ?1`,
    ),
  },
  {
    table: 'news',
    users: ['audience'],
    section: {
      name: 'news',
      columns: 'dream, kind, data, at',
      from: `news WHERE audience = 'user:' || ?1`,
      ...{ by: 'id', start: 0 },
      json: ['data'],
    },
    deletion: remove(`DELETE FROM news WHERE audience = 'user:' || ?1`),
  },
  {
    table: 'audit_log',
    users: ['actor'],
    section: {
      name: 'changes',
      columns: 'action, subject, at',
      from: 'audit_log WHERE actor = ?1',
      ...{ by: 'id', start: 0 },
    },
    deletion: keep('Who changed what stays checkable: the opaque id, with no name or contact beside it.'),
  },
  {
    table: 'outbox',
    users: ['owner'],
    section: null,
    deletion: keep('What lines and partners are told of their own users; gone after 30 days.'),
  },
  {
    table: 'endpoints',
    users: ['owner'],
    section: null,
    deletion: keep('Owners are lines and partners, not users.'),
  },
]

import { codeFor, link, plantLine } from './line-calls.ts'
import { draft, propose, uploadPicture } from './proposal-calls.ts'
import { call, invited, plantCarriedDream, record, run } from './supporter-calls.ts'
import { creditDirectly, freshId, plantDream, pledge, world } from './world.ts'

/** A person who left something everywhere. */
export interface Life {
  readonly user: string
  readonly name: string
  readonly contact: string
  readonly dream: string
  readonly supporter: string
  readonly draft: string
  readonly proposal: string
  readonly organisation: string
  readonly line: string
  /** Pictures: in no text, in a proposal that was sent, in a published story, a milestone's evidence, a report. */
  readonly pictures: Readonly<Record<'loose' | 'sent' | 'story' | 'progress' | 'report', string>>
}

/** Lives a whole life as a fresh user, over HTTP where a route is there for it. */
export async function live(): Promise<Life> {
  const user = freshId('person')
  const name = freshId('name')
  const contact = `${freshId('mail')}@example.test`
  await call(user, 'put', '/v1/me/profile', { name, contact })
  await creditDirectly(user, 50)
  const given = await plantDream()
  await pledge(user, given, 20)
  await pledge(user, given, 1_000)

  const [ownLine, platformLine] = [await plantLine({ userIds: 'own' }), await plantLine()]
  await link(ownLine, 'their-user', user)
  await codeFor(user, await plantLine({ userIds: 'own' }))
  await call(user, 'put', `/v1/me/lines/${platformLine.id}`, { mayPledge: true })

  const { dream, organisation, member } = await plantCarriedDream()
  const supporter = await invited(user, dream, member)
  const hours = await record(user, supporter, 60)
  await call(member, 'post', `/v1/supporters/${supporter}/hours/${hours}/confirm`)
  await call(user, 'patch', `/v1/supporters/${supporter}`, { public: true })
  await run("INSERT INTO organisation_members VALUES (?, ?, 'admin', 1)", organisation, user)

  const pictures = {
    loose: await uploadPicture(user),
    sent: await uploadPicture(user),
    story: await uploadPicture(user),
    progress: await uploadPicture(user),
    report: await uploadPicture(user),
  }
  const kept = await draft(user, { pictures: [pictures.loose] })
  const proposal = await propose(user, { pictures: [pictures.sent, pictures.story] })
  await run('UPDATE proposals SET assignee = ? WHERE id = ?', user, proposal)
  await run("INSERT INTO review_notes (proposal, author, text, at) VALUES (?, ?, 'note', 1)", proposal, user)
  const story = JSON.stringify({ what: 'x', pictures: [pictures.story] })
  await run(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, story)
     SELECT ?1, ifnull(max(position), 0) + 1, ?1, ?1, '', 1, 0, 1, 'collecting', 0, ?2 FROM dreams`,
    freshId('dream'),
    story,
  )
  await run(
    `INSERT INTO progress (id, dream, item, change, text, figures, pictures, at) VALUES (?, ?, 'x', '{}', '', '[]', ?, 1)`,
    freshId('progress'),
    dream,
    JSON.stringify([pictures.progress]),
  )
  await run(
    `INSERT INTO reports (id, dream, number, title, body, figures, pictures, final, due_at, late, published_at, request_key, request)
     VALUES (?1, ?2, 1, '', '', '[]', ?3, 0, 1, 0, 1, ?1, '')`,
    freshId('report'),
    dream,
    JSON.stringify([pictures.report]),
  )
  await run('INSERT INTO follows VALUES (?, ?, 1, 1)', user, dream)
  const question = freshId('question')
  await run(
    `INSERT INTO questions (id, dream, kind, state, text, author, asked_at) VALUES (?, ?, 'question', 'open', 'why', ?, 1)`,
    question,
    dream,
    user,
  )
  await run("INSERT INTO raises (question, author, reason, at) VALUES (?, ?, 'odd', 1)", question, user)
  return {
    ...{ user, name, contact, dream, supporter, draft: kept.id, proposal, organisation, pictures },
    line: ownLine.id,
  }
}

/** Names of the tables that hold any of these texts anywhere. */
export async function tablesHolding(...texts: readonly string[]): Promise<string[]> {
  const names = await tables()
  const results = await world.DB.batch(names.map((table) => world.DB.prepare(`SELECT * FROM ${table}`)))
  return names.filter((_, n) => {
    const text = JSON.stringify(results[n]?.results)
    return texts.some((each) => text.includes(each))
  })
}

/** Every table of ours. */
export async function tables(): Promise<string[]> {
  const rows = await run<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations' ORDER BY name`,
  )
  return rows.map(({ name }) => name)
}

/** Whether a picture's bytes lie in R2. */
export async function hasBytes(picture: string): Promise<boolean> {
  return (await world.PICTURES.head(`pictures/${picture}`)) !== null
}

/** Deletes an account over HTTP. */
export function deleteMe(user: string): Promise<Response> {
  return call(user, 'delete', '/v1/me', { confirm: 'delete my account' })
}

import type { FC } from 'hono/jsx'
import type { ProposalWire } from '../../proposals/params.ts'
import type { ProposalTexts } from '../../proposals/proposing.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { type Listed, readInside } from '../frame/inside.ts'
import { type PageHead, sendPage } from '../frame/layout.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { Day, More, Pill, Said, Section } from '../frame/parts.tsx'
import { EMPTY, type FieldErrors, ProposalFields } from './fields.tsx'
import { Told, type Trouble } from './notices.tsx'
import { stateWord, toneOf } from './words.ts'

/** Where wishes begin: what becomes of one, the wishes of whoever looks, and an empty form. */

const words = {
  zh: {
    title: '许愿',
    description: '写下一个公益愿望。通过评审，它就成为一个梦想，由大家的小红花推着往前走。',
    lead: '你身边有什么该变好的？写下来，让大家的小红花推它一把。',
    steps: [
      '写下愿望：做什么、为了谁、在哪里、为什么。',
      '看看有没有类似的，再送出。评审员会一一看过，通不通过都告诉你理由。',
      '通过的愿望公布成梦想，收到足够的小红花就有人来执行，进展人人可查。',
    ],
    signIn: '登录，写下愿望',
    mine: '我的愿望',
    more: '更早的愿望',
    untitled: '还没有名字的愿望',
    fresh: '写一个新愿望',
    hint: '先存成草稿，什么时候送出由你定。',
    save: '存成草稿，看看类似的',
  },
  en: {
    title: 'Make a wish',
    description: 'Write down a wish for the common good. Once accepted it is a dream that flowers carry on.',
    lead: 'What around you should be better? Write it down, and let everyone’s flowers push it.',
    steps: [
      'Write it down: what, for whom, where and why.',
      'See whether there are similar ones, then send it. Reviewers read each, and tell you why they decide as they do.',
      'What is accepted becomes a dream. With enough flowers someone carries it out, and everyone can follow.',
    ],
    signIn: 'Sign in to make a wish',
    mine: 'My wishes',
    more: 'Earlier wishes',
    untitled: 'A wish without a name',
    fresh: 'A new wish',
    hint: 'It is a draft first: you decide when to send it.',
    save: 'Save the draft, see similar ones',
  },
} satisfies Words<Record<string, unknown>>

interface Refused {
  readonly status: NonNullable<PageHead['status']>
  readonly texts: ProposalTexts
  readonly errors: FieldErrors
  readonly trouble: Trouble
}

/** The page; with what was typed where it was refused. */
export async function showPropose(c: PageContext, refused?: Refused): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const mine = c.get('session')
    ? await readInside<Listed<ProposalWire>>(c, `/v1/me/proposals${listQuery(c, { pageSize: 10 })}`)
    : null
  return sendPage(
    c,
    { title: t.title, description: t.description, status: refused?.status ?? 200 },
    <>
      <h1>{t.title}</h1>
      <Told lang={lang} doneCode={c.req.query('done')} trouble={refused?.trouble} />
      <p class="lead">{t.lead}</p>
      <ol class="wish-steps">
        {t.steps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      {!mine && (
        <p class="actions">
          <a class="button" href="/sign-in?to=/propose">
            {t.signIn}
          </a>
        </p>
      )}
      {mine && mine.items.length > 0 && (
        <Section id="mine" title={t.mine}>
          <ul class="plain-list">
            {mine.items.map((proposal) => (
              <Mine lang={lang} proposal={proposal} />
            ))}
          </ul>
          <More href={nextOf('/propose', mine.nextCursor)}>{t.more}</More>
        </Section>
      )}
      {mine && (
        <Section id="new" title={t.fresh}>
          <form method="post" action="/propose" class="card">
            <p class="hint">{t.hint}</p>
            <ProposalFields lang={lang} texts={refused?.texts ?? EMPTY} errors={refused?.errors ?? {}} />
            <button type="submit">{t.save}</button>
          </form>
        </Section>
      )}
    </>,
  )
}

const Mine: FC<{ lang: Lang; proposal: ProposalWire }> = ({ lang, proposal }) => {
  const { id, title, state, updatedAt } = proposal
  return (
    <li class="row">
      <a href={`/proposals/${id}`}>{title === '' ? words[lang].untitled : <Said>{title}</Said>}</a>
      <span class="small">
        <Pill tone={toneOf(state)}>{stateWord(lang, state)}</Pill> <Day lang={lang} time={updatedAt} />
      </span>
    </li>
  )
}

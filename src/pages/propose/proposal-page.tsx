import type { FC } from 'hono/jsx'
import type { LifeState } from '../../life/states.ts'
import type { ProposalWire } from '../../proposals/params.ts'
import type { ProposalTexts } from '../../proposals/proposing.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { findInside, readInside } from '../frame/inside.ts'
import { type PageHead, sendPage } from '../frame/layout.tsx'
import { requireSession } from '../frame/pages.tsx'
import { Back, Moment, Paragraphs, Pill, Said, Section } from '../frame/parts.tsx'
import { type FieldErrors, ProposalFields } from './fields.tsx'
import { isTrouble, Told, type Trouble } from './notices.tsx'
import { PicturesPart } from './pictures.tsx'
import { findSimilar } from './similar.ts'
import { SendPart, SimilarPart, WithdrawPart } from './steps.tsx'
import { isDream, stateWord, tellState, toneOf } from './words.ts'

/** One wish, for those who made it: a draft to work on, or what became of what was sent. */

const words = {
  zh: {
    untitled: '还没有名字的愿望',
    all: '全部愿望',
    edit: '内容',
    save: '保存修改',
    sentAt: '送出时间',
    reason: '理由',
    goesOn: '并入的愿望',
    dream: '看这个梦想',
    what: '想做什么',
    forWhom: '为了谁',
    place: '在哪里',
    howMany: '有多少',
    why: '为什么需要',
  },
  en: {
    untitled: 'A wish without a name',
    all: 'All wishes',
    edit: 'What it says',
    save: 'Save changes',
    sentAt: 'Sent',
    reason: 'Reason',
    goesOn: 'The wish that goes on',
    dream: 'See the dream',
    what: 'What is to be done',
    forWhom: 'For whom',
    place: 'Where',
    howMany: 'How many',
    why: 'Why it is needed',
  },
} satisfies Words<Record<string, string>>

/** A step that was refused, and what was typed for it. */
export interface Refused {
  readonly status: NonNullable<PageHead['status']>
  readonly trouble: Trouble
  readonly texts?: ProposalTexts | undefined
  readonly errors?: FieldErrors | undefined
  /** Why it was to be withdrawn. */
  readonly reason?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** States in which its maker may take pictures out of it. */
const REMOVABLE: ReadonlySet<LifeState> = new Set(['draft', 'proposed', 'in_review', 'accepted'])

/** The page of a wish. Throws as the API does for those it does not belong to. */
export async function showProposal(c: PageContext, id: string, refused?: Refused): Promise<Response> {
  requireSession(c)
  const lang = c.get('lang')
  const t = words[lang]
  const proposal = await readInside<ProposalWire>(c, `/v1/proposals/${encodeURIComponent(id)}`)
  const { state, title } = proposal
  const similar = state === 'draft' ? await findSimilar(c, `${title} ${proposal.what}`) : null
  const asked = c.req.query('problem')
  const trouble = refused?.trouble ?? (isTrouble(asked) ? asked : undefined)
  return sendPage(
    c,
    { title: title || t.untitled, status: refused?.status ?? 200, headers: refused?.headers ?? {} },
    <>
      <Back href="/propose">{t.all}</Back>
      <div class="row">
        <h1>{title === '' ? t.untitled : <Said>{title}</Said>}</h1>
        <Pill tone={toneOf(state)}>{stateWord(lang, state)}</Pill>
      </div>
      <Told lang={lang} doneCode={c.req.query('done')} trouble={trouble} />
      <p class="lead">{tellState(lang, state)}</p>
      {state === 'draft' ? (
        <>
          {similar && <SimilarPart lang={lang} similar={similar} />}
          <PicturesPart lang={lang} proposal={proposal} open removable />
          <Section id="edit" title={t.edit}>
            <form method="post" action={`/proposals/${proposal.id}`} class="card">
              <ProposalFields lang={lang} texts={refused?.texts ?? proposal} errors={refused?.errors ?? {}} />
              <button type="submit" class="plain">
                {t.save}
              </button>
            </form>
          </Section>
          <SendPart lang={lang} proposal={proposal} unconfirmed={trouble === 'unconfirmed'} />
        </>
      ) : (
        <>
          <Outcome lang={lang} proposal={proposal} into={await findInto(c, proposal)} />
          <Texts lang={lang} proposal={proposal} />
          <PicturesPart lang={lang} proposal={proposal} open={false} removable={REMOVABLE.has(state)} />
          {(state === 'proposed' || state === 'in_review') && (
            <WithdrawPart lang={lang} proposal={proposal} reason={refused?.reason ?? ''} />
          )}
        </>
      )}
    </>,
  )
}

/** The wish that goes on for one that was merged. */
async function findInto(c: PageContext, { mergedInto }: ProposalWire): Promise<ProposalWire | null> {
  return mergedInto === null ? null : findInside<ProposalWire>(c, `/v1/proposals/${mergedInto}`)
}

/** What was decided on it. */
const Outcome: FC<{ lang: Lang; proposal: ProposalWire; into: ProposalWire | null }> = ({
  lang,
  proposal,
  into,
}) => {
  const t = words[lang]
  const { id, state, reason, proposedAt } = proposal
  return (
    <>
      {isDream(state) && (
        <p class="actions">
          <a class="button" href={`/dreams/${id}`}>
            {t.dream}
          </a>
        </p>
      )}
      <dl class="facts">
        {proposedAt && (
          <>
            <dt>{t.sentAt}</dt>
            <dd>
              <Moment lang={lang} time={proposedAt} />
            </dd>
          </>
        )}
        {reason && (
          <>
            <dt>{t.reason}</dt>
            <dd>
              <Paragraphs text={reason} />
            </dd>
          </>
        )}
        {into && (
          <>
            <dt>{t.goesOn}</dt>
            <dd>
              <a href={isDream(into.state) ? `/dreams/${into.id}` : `/proposals/${into.id}`}>
                <Said>{into.title}</Said>
              </a>
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

const SHOWN = ['what', 'forWhom', 'place', 'howMany', 'why'] as const

const Texts: FC<{ lang: Lang; proposal: ProposalWire }> = ({ lang, proposal }) => {
  const t = words[lang]
  return (
    <Section id="texts" title={t.edit}>
      {SHOWN.filter((name) => proposal[name] !== '').map((name) => (
        <>
          <h3>{t[name]}</h3>
          <Paragraphs text={proposal[name]} />
        </>
      ))}
    </Section>
  )
}

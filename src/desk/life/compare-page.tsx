import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { readInside } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Back, Said, Section } from '../../pages/frame/parts.tsx'
import type { ComparisonWire, ProposalTextWire } from '../../review/proposal-routes.ts'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, given, type Refused, refuseField } from './asking.ts'
import { Confirm, DeskForm, Filled, LongField } from './fields.tsx'
import { ProposalText } from './proposal-text.tsx'
import { StatePill } from './states.tsx'
import { statusOfRefused, WhyRefused } from './told.tsx'

/** Proposals side by side, and the merging of some of them into one. */

const words = {
  zh: {
    title: '并排比较',
    back: '回到审核',
    few: '请先选择 2 到 6 个提案，再来比较。',
    overlaps: '相同的地方',
    shared: (shared: number, share: number) =>
      `共有 ${shared} 个词（较短一方的 ${Math.round(share * 100)}%）`,
    and: '与',
    merge: '合并',
    mergeLead: '被合并的要在审核中；并入的那一个要在审核中或已通过。提出者会一起成为并入的那个的提出者。',
    published: '已经公布的提案不再合并：',
    nothing: '这里没有能合并的：至少要一个在审核中，再加一个在审核中或已通过的。',
    from: '合并这些',
    into: '并入这一个',
    reason: '理由',
    reasonHint: '可以不填。会公开，也会告诉提出者。',
    sure: '我知道合并后不能撤销。',
    submit: '合并',
    rules: {
      merge: {
        move_not_allowed: '被合并的都要在审核中，并入的那一个要在审核中或已通过。一个也没有合并。',
        proposal_not_found: '有一个提案已经找不到了。',
      },
    },
  },
  en: {
    title: 'Side by side',
    back: 'Back to review',
    few: 'Choose 2 to 6 proposals to compare first.',
    overlaps: 'What they share',
    shared: (shared: number, share: number) =>
      `${shared} words (${Math.round(share * 100)}% of the shorter one)`,
    and: 'and',
    merge: 'Merge',
    mergeLead:
      'Those that are merged are in review; the one they go into is in review or accepted. Whoever proposed one of them proposes that one from then on.',
    published: 'Published already, and no longer merged: ',
    nothing: 'None of these can be merged: it takes one in review, and another in review or accepted.',
    from: 'Merge these',
    into: 'Into this one',
    reason: 'Reason',
    reasonHint: 'May be left empty. Public, and told to the proposers.',
    sure: 'I know that a merge cannot be undone.',
    submit: 'Merge',
    rules: {
      merge: {
        move_not_allowed:
          'All that are merged must be in review, and the one they go into in review or accepted. None was merged.',
        proposal_not_found: 'One of them is not there any more.',
      },
    },
  },
}

const MAX_COMPARED = 6

/** Ids from `ids=a,b` or `ids=a&ids=b`: the first is how a link says it, the second how a form does. */
function readIds(c: PageContext): string[] {
  const ids = (c.req.queries('ids') ?? []).flatMap((each) => each.split(','))
  return [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ''))]
}

async function showComparison(
  c: PageContext,
  ids: readonly string[],
  refused: Refused | null = null,
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const enough = ids.length >= 2 && ids.length <= MAX_COMPARED
  const { items, overlaps } = enough
    ? await readInside<ComparisonWire>(c, `/v1/review/compare?ids=${encodeURIComponent(ids.join(','))}`)
    : { items: [], overlaps: [] }
  const titles = new Map(items.map(({ id, title }) => [id, title]))
  return sendDeskPage(
    c,
    'review',
    { title: t.title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops">{t.back}</Back>
      <h1>{t.title}</h1>
      <WhyRefused lang={lang} refused={refused} rules={t.rules} />
      {!enough && <p>{t.few}</p>}
      <div class="compared">
        {items.map((item) => (
          <article class="card" aria-labelledby={`title-${item.id}`}>
            <h2 id={`title-${item.id}`}>
              <a href={`/ops/proposals/${item.id}`}>
                <Said>{item.title}</Said>
              </a>
            </h2>
            <p>
              <StatePill lang={lang} state={item.state} /> №{item.number}
            </p>
            <ProposalText lang={lang} proposal={item} level={3} />
          </article>
        ))}
      </div>
      {enough && (
        <>
          <Section id="overlaps" title={t.overlaps}>
            <ul class="plain-list">
              {overlaps.map(({ a, b, shared, share, words: named }) => (
                <li>
                  <p>
                    <Said>{titles.get(a)}</Said> {t.and} <Said>{titles.get(b)}</Said>:{' '}
                    {t.shared(shared, share)}
                  </p>
                  {named.length > 0 && (
                    <p class="small">
                      <Said>{named.join(' · ')}</Said>
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </Section>
          <Section id="merge" title={t.merge}>
            <Merging lang={lang} items={items} refused={refused} />
          </Section>
        </>
      )}
    </>,
  )
}

interface MergeProps {
  readonly lang: Lang
  readonly items: readonly ProposalTextWire[]
  readonly refused: Refused | null
}

/** The form for those that can still be merged, and which of them cannot. */
const Merging: FC<MergeProps> = ({ lang, items, refused }) => {
  const t = words[lang]
  const published = items.filter(({ state }) => state === 'published')
  const open = items.filter(({ state }) => state === 'in_review' || state === 'accepted')
  const may = open.length > 1 && open.some(({ state }) => state === 'in_review')
  return (
    <>
      {published.length > 0 && (
        <p>
          {t.published}
          <Said>{published.map(({ title }) => title).join(lang === 'zh' ? '、' : ', ')}</Said>
        </p>
      )}
      {may ? <MergeForm lang={lang} items={open} all={items} refused={refused} /> : <p>{t.nothing}</p>}
    </>
  )
}

const MergeForm: FC<MergeProps & { readonly all: readonly ProposalTextWire[] }> = (props) => {
  const { lang, items, all, refused } = props
  const t = words[lang]
  const f = new Filled(lang, 'merge', refused)
  const target = items.find(({ state }) => state === 'accepted') ?? items[0]
  const into = f.value('into', target?.id)
  const from = new Set(
    f.refused ? f.refused.typed.all('from') : items.flatMap(({ id }) => (id === into ? [] : [id])),
  )
  const missing = f.error('from')
  const pick = (name: 'from' | 'into', { id, title, state }: ProposalTextWire) => (
    <label class="choice" for={`merge-${name}-${id}`}>
      <input
        id={`merge-${name}-${id}`}
        type={name === 'from' ? 'checkbox' : 'radio'}
        name={name}
        value={id}
        checked={name === 'from' ? from.has(id) : id === into}
      />
      <span>
        <Said>{title}</Said> <StatePill lang={lang} state={state} />
      </span>
    </label>
  )
  return (
    <DeskForm action={`/ops/compare?ids=${all.map(({ id }) => id).join(',')}`} submit={t.submit}>
      <p class="hint">{t.mergeLead}</p>
      <fieldset>
        <legend>{t.into}</legend>
        {items.map((item) => pick('into', item))}
      </fieldset>
      <fieldset aria-describedby={missing ? 'merge-missing' : undefined}>
        <legend>{t.from}</legend>
        {items.map((item) => pick('from', item))}
        {missing && (
          <p class="error" id="merge-missing">
            {missing}
          </p>
        )}
      </fieldset>
      <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={1_000} rows={2} />
      <Confirm f={f} label={t.sure} />
    </DeskForm>
  )
}

export const comparePages = new Pages()

comparePages.view('/ops/compare', (c) => {
  requireOperator(c)
  return showComparison(c, readIds(c))
})

comparePages.action('/ops/compare', async (c, form) => {
  requireOperator(c)
  const into = form.text('into')
  // The one they go into may be ticked among them: it is not merged into itself.
  const from = form.all('from').filter((id) => id !== into)
  if (from.length === 0) return showComparison(c, readIds(c), refuseField('merge', form, 'from', 'chosen'))
  const asked = await ask(c, {
    ...{ form: 'merge', typed: form, confirmed: true, path: '/v1/review/merges' },
    json: { into, from, ...given(form, 'reason') },
  })
  return asked.done
    ? c.redirect(`/ops/proposals/${encodeURIComponent(into)}?done=merged`, 303)
    : showComparison(c, readIds(c), asked.refused)
})

import type { FC } from 'hono/jsx'
import type { ChangeWire, ConservationWire } from '../../audit/routes.ts'
import type { LatestConservationWire } from '../../numbers/conservation-routes.ts'
import { asProblem, callInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Moment, Notice, Section } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { Glance, readAttention } from './attention.tsx'
import { ChangeItem } from './change-item.tsx'
import { ConservationSums } from './conservation-sums.tsx'
import { DOWNLOADS } from './exports.ts'

const words = {
  zh: {
    title: '对账与日志',
    latest: '账目守恒',
    latestText: '平台每十分钟把整本账从流水重新算一遍：发出的花，要么还在账户里，要么给了梦想。',
    holds: '每一朵花都对得上。',
    differs: '有对不上的地方，请马上查：',
    never: '还没有核对完一遍。可以现在核对。',
    asOf: '截至',
    doneAt: '算完于',
    run: '现在完整核对一遍',
    runText: '它读每一条流水：几秒，账多的时候更久，期间捐花会慢一点。平常看上面的结果就够了。',
    ranTitle: '刚才的完整核对',
    moving: '梦想正在收花时，计数可能晚一秒：只有一两个正在收花的梦想不同的话，过一会儿再核对一次。',
    back: '回到对账与日志',
    log: '最近的改动',
    all: '全部日志',
    none: '还没有改动。',
    exports: '导出',
    exportsText: 'CSV 给电子表格用，JSON Lines 给程序用。文件里可能有没公开的内容，请小心保管。',
    names: {
      dreams: '梦想目录',
      'pledges-per-day': '每个梦想每天收到的花',
      reports: '反馈和更正',
      proposals: '收到的心愿',
    },
    numbers: '公开的数据',
    numbersText: '大家看到的总数、每天和每小时的数。',
  },
  en: {
    title: 'Audit',
    latest: 'Conservation of flowers',
    latestText:
      'Every ten minutes the whole ledger is recomputed from its entries: what was credited is in an account or was given to a dream.',
    holds: 'Every flower is accounted for.',
    differs: 'Something does not agree; look into it now:',
    never: 'No pass over the ledger is done yet. You can check it now.',
    asOf: 'As of',
    doneAt: 'done',
    run: 'Check everything now',
    runText:
      'It reads every entry: seconds, or longer where there are millions, and giving is a little slower meanwhile. What stands above is enough on most days.',
    ranTitle: 'The full check just now',
    moving:
      'A dream that collects counts up to a second late: where one or two of those are all that differs, check again in a moment.',
    back: 'Back to the audit',
    log: 'Changes lately',
    all: 'The whole log',
    none: 'Nothing was changed yet.',
    exports: 'Exports',
    exportsText: 'CSV for spreadsheets, JSON Lines for programs. Some of it is not public: keep it well.',
    names: {
      dreams: 'The catalogue of dreams',
      'pledges-per-day': 'Flowers of each dream and day',
      reports: 'Reports and corrections',
      proposals: 'Proposals that were sent',
    },
    numbers: 'Public numbers',
    numbersText: 'The totals, days and hours that everyone sees.',
  },
}

/** Changes shown before the way to all of them. */
const LATELY = 5

export const auditPages = new Pages()

auditPages.view('/ops/audit', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const [attention, changes] = await Promise.all([
    readAttention(c),
    readInside<Listed<ChangeWire>>(c, `/v1/audit/log?pageSize=${LATELY}`),
  ])
  return sendDeskPage(
    c,
    'audit',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <Glance lang={lang} attention={attention} now={Date.now()} />
      <Section id="latest" title={t.latest}>
        <p class="hint">{t.latestText}</p>
        {attention.latest ? (
          <>
            <Found lang={lang} found={attention.latest} />
            <AsOf lang={lang} latest={attention.latest} />
          </>
        ) : (
          <Notice tone="wait">{t.never}</Notice>
        )}
        <form method="post" action="/ops/audit/check">
          <p class="hint">{t.runText}</p>
          <button type="submit" class="plain">
            {t.run}
          </button>
        </form>
      </Section>
      <Section id="log" title={t.log}>
        {changes.items.length === 0 && <p>{t.none}</p>}
        <ul class="plain-list">
          {changes.items.map((change) => (
            <ChangeItem lang={lang} change={change} />
          ))}
        </ul>
        <p>
          <a href="/ops/audit/log">{t.all}</a>
        </p>
      </Section>
      <Section id="exports" title={t.exports}>
        <p class="hint">{t.exportsText}</p>
        <ul class="plain-list">
          {DOWNLOADS.map((name) => (
            <li class="row">
              {t.names[name]}
              <span class="actions">
                <a class="button plain" href={`/ops/exports/${name}.csv`} download>
                  CSV<span class="unseen"> {t.names[name]}</span>
                </a>
                <a class="button plain" href={`/ops/exports/${name}.jsonl`} download>
                  JSON Lines<span class="unseen"> {t.names[name]}</span>
                </a>
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section id="numbers" title={t.numbers}>
        <p>
          <a href="/numbers">{t.numbers}</a>
          <br />
          <span class="small">{t.numbersText}</span>
        </p>
      </Section>
    </>,
  )
})

// What a check finds is kept nowhere, so its page is the answer to the form; sent again, it checks again.
auditPages.action('/ops/audit/check', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const answer = await callInside<ConservationWire>(c, '/v1/audit/conservation')
  if (!answer.ok) throw asProblem(answer)
  return sendDeskPage(
    c,
    'audit',
    { title: t.ranTitle },
    <>
      <h1>{t.ranTitle}</h1>
      <Found lang={lang} found={answer.data} />
      {!answer.data.holds && <p class="hint">{t.moving}</p>}
      <p>
        <a href="/ops/audit">{t.back}</a>
      </p>
    </>,
  )
})

const Found: FC<{ lang: Lang; found: ConservationWire }> = ({ lang, found }) => {
  const t = words[lang]
  return (
    <>
      {found.holds ? (
        <Notice tone="good">{t.holds}</Notice>
      ) : (
        <Notice tone="bad">
          <p>{t.differs}</p>
          <ul lang="en">
            {found.differences.map((difference) => (
              <li>{difference}</li>
            ))}
          </ul>
        </Notice>
      )}
      <ConservationSums lang={lang} found={found} />
    </>
  )
}

const AsOf: FC<{ lang: Lang; latest: LatestConservationWire }> = ({ lang, latest }) => {
  const t = words[lang]
  return (
    <p class="small">
      {t.asOf} <Moment lang={lang} time={latest.asOf} /> · {t.doneAt}{' '}
      <Moment lang={lang} time={latest.doneAt} />
    </p>
  )
}

import type { FC } from 'hono/jsx'
import type { ConservationWire } from '../../audit/routes.ts'
import { Flowers, Pill } from '../../pages/frame/parts.tsx'
import { type Lang, writeNumber } from '../../words/language.ts'

const words = {
  zh: {
    credited: '善行发出',
    balances: '还在账户里',
    pledged: '给了梦想',
    reversed: '因善行撤回收回',
    lost: '收不回的（业务线的损失）',
    accounts: '账户',
    dreams: '每个梦想',
    dream: '梦想',
    entries: '按流水',
    counted: '按计数',
    same: '一样',
    differ: '不同',
    state: '对账',
  },
  en: {
    credited: 'Credited for acts',
    balances: 'In accounts',
    pledged: 'Given to dreams',
    reversed: 'Taken back with their acts',
    lost: 'Could not be had again (lines’ loss)',
    accounts: 'Accounts',
    dreams: 'By dream',
    dream: 'Dream',
    entries: 'By entries',
    counted: 'By counter',
    same: 'Same',
    differ: 'Differs',
    state: 'State',
  },
}

/** The sums of a check of the ledger, and each dream's. */
export const ConservationSums: FC<{ lang: Lang; found: ConservationWire }> = ({ lang, found }) => {
  const t = words[lang]
  return (
    <>
      <dl class="facts">
        {(['credited', 'balances', 'pledged', 'reversed', 'lost'] as const).map((sum) => (
          <>
            <dt>{t[sum]}</dt>
            <dd>
              <Flowers lang={lang} count={found[sum]} />
            </dd>
          </>
        ))}
        <dt>{t.accounts}</dt>
        <dd>{writeNumber(lang, found.accounts)}</dd>
      </dl>
      {found.dreams.length > 0 && (
        <details>
          <summary>{t.dreams}</summary>
          <table class="ops-stacked">
            <caption class="unseen">{t.dreams}</caption>
            <thead>
              <tr>
                <th scope="col">{t.dream}</th>
                <th scope="col" class="number">
                  {t.entries}
                </th>
                <th scope="col" class="number">
                  {t.counted}
                </th>
                <th scope="col">{t.state}</th>
              </tr>
            </thead>
            <tbody>
              {found.dreams.map(({ dream, entries, counted }) => (
                <tr>
                  <th scope="row">
                    <a href={`/dreams/${dream}`}>{dream}</a>
                  </th>
                  <td class="number" data-label={t.entries}>
                    {writeNumber(lang, entries)}
                  </td>
                  <td class="number" data-label={t.counted}>
                    {writeNumber(lang, counted)}
                  </td>
                  <td data-label={t.state}>
                    <Pill tone={entries === counted ? 'good' : 'wait'}>
                      {entries === counted ? t.same : t.differ}
                    </Pill>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  )
}

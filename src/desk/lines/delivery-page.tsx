import type { DeliveryLogWire } from '../../callbacks/deliveries-routes.ts'
import { readInside } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Moment, Section } from '../../pages/frame/parts.tsx'
import { writeNumber } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { DeliveryState, tellAnswer } from './delivery-item.tsx'
import { eventWords } from './endpoint-words.ts'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    back: '回到这个地址',
    log: '每次的结果',
    none: '还没有试过。',
    attempt: (n: number) => `第 ${n} 次`,
    took: (ms: string) => `用了 ${ms} 毫秒`,
  },
  en: {
    back: 'Back to the endpoint',
    log: 'Every attempt',
    none: 'It was not tried yet.',
    attempt: (n: number) => `Attempt ${n}`,
    took: (ms: string) => `took ${ms} ms`,
  },
}

export const deliveryPages = new Pages()

deliveryPages.view('/ops/callbacks/:endpoint/deliveries/:event', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const endpoint = pathPart(c, 'endpoint')
  const path = apiPath(['endpoints', endpoint, 'deliveries', pathPart(c, 'event')])
  const { event, type, state, log } = await readInside<DeliveryLogWire>(c, path)
  return sendDeskPage(
    c,
    'callbacks',
    { title: eventWords[lang][type] },
    <>
      <div class="row">
        <h1>{eventWords[lang][type]}</h1>
        <DeliveryState lang={lang} state={state} />
      </div>
      <p>
        <code>{event}</code>
      </p>
      <Section id="log" title={t.log}>
        {log.length === 0 && <p>{t.none}</p>}
        <ol class="plain-list">
          {log.map(({ attempt, at, status, error, durationMs }) => (
            <li>
              <strong>{t.attempt(attempt)}</strong> · <Moment lang={lang} time={at} />
              <br />
              <span class="small">
                {[tellAnswer(lang, status, error), t.took(writeNumber(lang, durationMs))]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ol>
      </Section>
      <p>
        <a href={`/ops/callbacks/${endpoint}`}>{t.back}</a>
      </p>
    </>,
  )
})

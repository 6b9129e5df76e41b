import type { FC } from 'hono/jsx'
import type { DeliveryWire } from '../../callbacks/deliveries-routes.ts'
import type { EndpointWire } from '../../callbacks/endpoints-routes.ts'
import { Moment, Pill, type Tone } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { eventWords } from './endpoint-words.ts'

const words = {
  zh: {
    states: { pending: '在送', delivered: '送到了', failed: '没送到' },
    attempts: (count: number) => `试了 ${count} 次`,
    next: '下一次',
    resend: '再送一次',
    log: '每次的结果',
  },
  en: {
    states: { pending: 'On its way', delivered: 'Delivered', failed: 'Failed' },
    attempts: (count: number) => (count === 1 ? 'tried once' : `tried ${count} times`),
    next: 'Next',
    resend: 'Send it again',
    log: 'Every attempt',
  },
}

const answers = {
  zh: {
    answered: (status: number) => `对方答 ${status}`,
    errors: {
      timeout: '15 秒没有回答',
      connection: '连不上',
      address_refused: '地址不能用',
      redirect: '要转到别处，不跟去',
      gone: '不再要了',
      status: '没有收下',
    } as Readonly<Record<string, string>>,
  },
  en: {
    answered: (status: number) => `it answered ${status}`,
    errors: {
      timeout: 'no answer within 15 seconds',
      connection: 'no connection',
      address_refused: 'the address cannot be used',
      redirect: 'it points elsewhere, which is not followed',
      gone: 'it wants no more',
      status: 'not taken',
    } as Readonly<Record<string, string>>,
  },
}

const TONES: Record<DeliveryWire['state'], Tone> = { pending: 'wait', delivered: 'good', failed: 'bad' }

/** What came of an attempt, in words; nothing before the first. */
export function tellAnswer(lang: Lang, status: number | null, error: string | null): string {
  const t = answers[lang]
  return [
    ...(status === null ? [] : [t.answered(status)]),
    ...(error === null ? [] : [t.errors[error] ?? error]),
  ].join(lang === 'zh' ? '，' : ', ')
}

/** A delivery's state in a word. */
export const DeliveryState: FC<{ lang: Lang; state: DeliveryWire['state'] }> = ({ lang, state }) => (
  <Pill tone={TONES[state]}>{words[lang].states[state]}</Pill>
)

/** An event on its way to an endpoint: what became of it, and the way to send it again. */
export const DeliveryItem: FC<{ lang: Lang; endpoint: EndpointWire; delivery: DeliveryWire }> = ({
  lang,
  endpoint,
  delivery,
}) => {
  const t = words[lang]
  const { event, type, state, attempts, createdAt, nextAt, lastStatus, lastError } = delivery
  const here = `/ops/callbacks/${endpoint.id}/deliveries/${event}`
  const answer = tellAnswer(lang, lastStatus, lastError)
  return (
    <li>
      <div class="row">
        <h3>{eventWords[lang][type]}</h3>
        <DeliveryState lang={lang} state={state} />
      </div>
      <p class="small">
        <Moment lang={lang} time={createdAt} /> · {t.attempts(attempts)}
        {answer && ` · ${answer}`}
        {nextAt && (
          <>
            {' · '}
            {t.next} <Moment lang={lang} time={nextAt} />
          </>
        )}
        <br />
        <a href={here}>
          {t.log}
          <span class="unseen"> {event}</span>
        </a>
      </p>
      {endpoint.state === 'active' && (
        <form method="post" action={`${here}/resend`}>
          <button type="submit" class="plain">
            {t.resend}
          </button>
        </form>
      )}
    </li>
  )
}

import type { FC } from 'hono/jsx'
import type { EndpointWire } from '../../callbacks/endpoints-routes.ts'
import { eventTypeNames } from '../../callbacks/events.ts'
import { Field, Section, tiedTo } from '../../pages/frame/parts.tsx'
import { writeMoment } from '../../words/clock.ts'
import type { Lang } from '../../words/language.ts'
import { EndpointInputs } from './endpoint-form.tsx'
import { eventWords } from './endpoint-words.ts'
import { errorAt, Folded, Input, type Refused } from './fields.tsx'

const words = {
  zh: {
    send: '再送',
    replay: '从某一时刻起重放',
    replayText: '把那以后它该知道的消息全部再送一遍，送到过的也送。消息留 30 天，一次约一千条。',
    since: '从',
    until: '到（不含）',
    time: '北京时间。',
    untilHint: '北京时间；空着就是到现在。',
    replayYes: '重放',
    example: '送一个例子',
    exampleType: '哪一种',
    exampleWrong: '这一种只能给业务线。',
    exampleYes: '送例子',
    disabled: '地址停用着：先启用，才能重放或送例子。',
    change: '修改',
    save: '保存',
    state: { active: '停用', disabled: '启用' },
    stateText: {
      active: '停用后什么也不送，正在路上的算失败。',
      disabled: '启用后又会送；停用期间漏掉的要另外重放。',
    },
    stateYes: { active: '确定停用', disabled: '确定启用' },
    rotate: '换密钥',
    rotateText: '新的马上开始签；旧的在重叠时间里一起签。',
    overlap: '重叠几小时',
    overlapHint: '0 到 168。',
    rotateYes: '生成新密钥',
    remove: '删除',
    removeText: '删除后什么也不再送，密钥作废，不能恢复。',
    removeYes: '确定删除',
  },
  en: {
    send: 'Sending again',
    replay: 'Replay since a time',
    replayText:
      'Sends everything it should have been told since then again, delivered before or not. Events are kept for 30 days; about a thousand at a time.',
    since: 'Since',
    until: 'Until (exclusive)',
    time: 'Time in China (UTC+8).',
    untilHint: 'Time in China (UTC+8); empty for now.',
    replayYes: 'Replay',
    example: 'Send an example',
    exampleType: 'Of what',
    exampleWrong: 'Only a line is told this.',
    exampleYes: 'Send it',
    disabled: 'It is disabled: enable it to replay or to send an example.',
    change: 'Change',
    save: 'Save',
    state: { active: 'Disable', disabled: 'Enable' },
    stateText: {
      active: 'Nothing is sent to it; what is under way fails.',
      disabled: 'It is told again; what it missed is to be replayed.',
    },
    stateYes: { active: 'Yes, disable it', disabled: 'Yes, enable it' },
    rotate: 'Replace the secret',
    rotateText: 'The new one signs at once; those there sign beside it for the overlap.',
    overlap: 'Hours of overlap',
    overlapHint: '0 to 168.',
    rotateYes: 'Make a new secret',
    remove: 'Delete',
    removeText: 'Nothing is sent any more and its secrets are gone; this cannot be undone.',
    removeYes: 'Yes, delete it',
  },
}

const DAY_MS = 24 * 60 * 60 * 1_000
const OVERLAP_HOURS = '24'

/** What was typed in one form of an endpoint's page that was refused. */
export interface EndpointTyped {
  readonly form: 'change' | 'state' | 'rotate' | 'replay' | 'example' | 'resend'
  readonly refused: Refused
  readonly values: Readonly<Record<string, string>>
  readonly types: readonly string[]
}

/** What a form was made from: a change of something that changed since is not made unseen. */
export const seenOf = ({ url, types, state }: EndpointWire): string => JSON.stringify([url, types, state])

/** What can be done with an endpoint, one form each. */
export const EndpointForms: FC<{
  lang: Lang
  endpoint: EndpointWire
  typed: EndpointTyped | null
  now: number
}> = ({ lang, endpoint, typed, now }) => {
  const t = words[lang]
  const here = `/ops/callbacks/${endpoint.id}`
  const of = (form: EndpointTyped['form']) => (typed?.form === form ? typed : null)
  const [change, rotate, replay, example] = [of('change'), of('rotate'), of('replay'), of('example')]
  const dayAgo = writeMoment(new Date(now - DAY_MS).toISOString())
  const exampleError = example?.refused.fields.has('type') ? t.exampleWrong : undefined
  return (
    <>
      <Section id="send" title={t.send}>
        {endpoint.state === 'disabled' ? (
          <p>{t.disabled}</p>
        ) : (
          <>
            <Folded summary={t.replay} open={replay !== null}>
              <form method="post" action={`${here}/replay`}>
                <p>{t.replayText}</p>
                <div class="ops-fields">
                  <Input
                    {...{ id: 'since', label: t.since, hint: t.time, type: 'datetime-local', required: true }}
                    value={replay?.values.since ?? dayAgo}
                    error={errorAt(lang, replay?.refused ?? null, 'since')}
                  />
                  <Input
                    {...{ id: 'until', label: t.until, hint: t.untilHint, type: 'datetime-local' }}
                    value={replay?.values.until ?? ''}
                    error={errorAt(lang, replay?.refused ?? null, 'until')}
                  />
                </div>
                <button type="submit">{t.replayYes}</button>
              </form>
            </Folded>
            <Folded summary={t.example} open={example !== null}>
              <form method="post" action={`${here}/example`}>
                <Field id="type" label={t.exampleType} error={exampleError}>
                  <select id="type" name="type" {...tiedTo('type', undefined, exampleError)}>
                    {eventTypeNames.map((type) => (
                      <option value={type} selected={(example?.values.type ?? endpoint.types[0]) === type}>
                        {eventWords[lang][type]}
                      </option>
                    ))}
                  </select>
                </Field>
                <button type="submit">{t.exampleYes}</button>
              </form>
            </Folded>
          </>
        )}
      </Section>
      <Section id="change" title={t.change}>
        <Folded summary={t.change} open={change !== null}>
          <form method="post" action={`${here}/change`}>
            <input type="hidden" name="seen" value={seenOf(endpoint)} />
            <EndpointInputs
              {...{ lang, url: change?.values.url ?? endpoint.url, types: change?.types ?? endpoint.types }}
              refused={change?.refused ?? null}
            />
            <button type="submit">{t.save}</button>
          </form>
        </Folded>
        <Folded summary={t.state[endpoint.state]}>
          <form method="post" action={`${here}/state`}>
            <p>{t.stateText[endpoint.state]}</p>
            <input type="hidden" name="from" value={endpoint.state} />
            <button type="submit">{t.stateYes[endpoint.state]}</button>
          </form>
        </Folded>
        <Folded summary={t.rotate} open={rotate !== null}>
          <form method="post" action={`${here}/rotate`}>
            <p>{t.rotateText}</p>
            <Input
              {...{
                id: 'overlapHours',
                label: t.overlap,
                hint: t.overlapHint,
                type: 'number',
                min: 0,
                max: 168,
              }}
              value={rotate?.values.overlapHours ?? OVERLAP_HOURS}
              error={errorAt(lang, rotate?.refused ?? null, 'overlapHours')}
              required
            />
            <button type="submit">{t.rotateYes}</button>
          </form>
        </Folded>
        <Folded summary={t.remove}>
          <form method="post" action={`${here}/delete`}>
            <p>{t.removeText}</p>
            <button type="submit">{t.removeYes}</button>
          </form>
        </Folded>
      </Section>
    </>
  )
}

import type { FC } from 'hono/jsx'
import { type EventType, eventTypeNames } from '../../callbacks/events.ts'
import type { Lang } from '../../words/language.ts'
import { eventWords } from './endpoint-words.ts'
import { errorAt, Input, type Refused, Tick } from './fields.tsx'

const words = {
  zh: {
    url: '地址',
    urlHint: 'https，公网主机，443 或 8443 端口，最多 2048 个字符，不带 #、用户名和密码。',
    refused: '不能往这个地址送。',
    types: '告诉它什么',
    typesWrong: '至少选一样；“只给业务线”的只能给业务线。',
  },
  en: {
    url: 'Address',
    urlHint:
      'https, a public host, port 443 or 8443, at most 2048 characters; no fragment, user name or password.',
    refused: 'Callbacks cannot be sent to this address.',
    types: 'What it is told',
    typesWrong: 'Choose one at least; what is for lines only is for lines only.',
  },
}

/** Where callbacks go, and what is told: the fields that an endpoint is made with and that can be changed. */
export const EndpointInputs: FC<{
  lang: Lang
  url: string
  types: readonly string[]
  refused: Refused | null
}> = ({ lang, url, types, refused }) => {
  const t = words[lang]
  const typesWrong = refused?.fields.has('types')
  return (
    <>
      <Input
        {...{
          id: 'url',
          label: t.url,
          hint: t.urlHint,
          value: url,
          type: 'url',
          maxLength: 2_048,
          required: true,
        }}
        error={refused?.code === 'address_refused' ? t.refused : errorAt(lang, refused, 'url')}
      />
      <fieldset aria-describedby={typesWrong ? 'types-error' : undefined}>
        <legend>{t.types}</legend>
        {typesWrong && (
          <p class="error" id="types-error">
            {t.typesWrong}
          </p>
        )}
        {eventTypeNames.map((type: EventType) => (
          <Tick
            name="types"
            value={type}
            label={`${eventWords[lang][type]} · ${type}`}
            checked={types.includes(type)}
          />
        ))}
      </fieldset>
    </>
  )
}

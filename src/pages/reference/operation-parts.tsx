import type { FC } from 'hono/jsx'
import type { Lang, Words } from '../../words/language.ts'
import { colon } from '../../words/language.ts'
import { Pill } from '../frame/parts.tsx'
import { type ApiDocument, type Entry, type Operation, typeOf } from './document.ts'
import { FieldLine, SchemaBody, Text } from './schema-parts.tsx'

/** One operation: what it does, who may, what it takes and what it answers. */

const words = {
  zh: {
    who: '谁可以',
    anyone: '任何人',
    bearer: '带用户令牌（Bearer）',
    webhookSignature: '带签名（Standard Webhooks）',
    or: ' 或 ',
    parameters: '参数',
    body: '请求体',
    answers: '返回',
    example: '示例',
    in: { path: '路径', query: '查询', header: '请求头' } as Record<string, string>,
  },
  en: {
    who: 'Who may',
    anyone: 'Anyone',
    bearer: 'With a user’s token (Bearer)',
    webhookSignature: 'Signed (Standard Webhooks)',
    or: ' or ',
    parameters: 'Parameters',
    body: 'Body',
    answers: 'Answers',
    example: 'Example',
    in: { path: 'in the path', query: 'in the query', header: 'header' } as Record<string, string>,
  },
} satisfies Words<object>

const PROBLEM = 'application/problem+json'

interface Place {
  readonly document: ApiDocument
  readonly lang: Lang
}

export const MethodName: FC<{ method: string }> = ({ method }) => (
  <span class={`method ${method.toLowerCase()}`}>{method}</span>
)

export const OperationPart: FC<Place & { entry: Entry }> = ({ entry, ...place }) => {
  const { id, method, path, operation } = entry
  const t = words[place.lang]
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <a href={`#${id}`}>
          <MethodName method={method} /> <code>{path}</code>
        </a>
      </h2>
      {operation.summary && (
        <p class="summary">
          <Text text={operation.summary} />
        </p>
      )}
      {operation.description && (
        <p>
          <Text text={operation.description} />
        </p>
      )}
      <p>
        {t.who}
        {colon[place.lang]}
        <strong>{whoMay(operation, place.lang)}</strong>
      </p>
      <Parameters {...place} operation={operation} />
      <Body {...place} operation={operation} />
      <Answers {...place} operation={operation} />
    </section>
  )
}

function whoMay({ security }: Operation, lang: Lang): string {
  const t = words[lang]
  const names = { bearer: t.bearer, webhookSignature: t.webhookSignature } as Record<string, string>
  if (!security || security.length === 0) return t.anyone
  return security
    .map((all) => {
      const schemes = Object.keys(all)
      return schemes.length === 0 ? t.anyone : schemes.map((scheme) => names[scheme] ?? scheme).join(' + ')
    })
    .join(t.or)
}

const Parameters: FC<Place & { operation: Operation }> = ({ operation, ...place }) => {
  const t = words[place.lang]
  if (!operation.parameters?.length) return null
  return (
    <>
      <h3>{t.parameters}</h3>
      <ul class="fields">
        {operation.parameters.map(({ name, in: where, required, description, schema }) => (
          <FieldLine
            {...place}
            {...{ name, schema: schema ?? {}, required: required ?? false, description }}
            from={t.in[where] ?? where}
          />
        ))}
      </ul>
    </>
  )
}

const Body: FC<Place & { operation: Operation }> = ({ operation, ...place }) => {
  const t = words[place.lang]
  if (!operation.requestBody) return null
  return (
    <>
      <h3>{t.body}</h3>
      {Object.entries(operation.requestBody.content).map(([type, { schema, example }]) => (
        <>
          <p class="field-type">
            <code>{type}</code>
          </p>
          {schema && <SchemaBody {...place} schema={schema} />}
          {example !== undefined && (
            <details>
              <summary>{t.example}</summary>
              <pre tabindex={0}>{JSON.stringify(example, null, 2)}</pre>
            </details>
          )}
        </>
      ))}
    </>
  )
}

const Answers: FC<Place & { operation: Operation }> = ({ operation, ...place }) => (
  <>
    <h3>{words[place.lang].answers}</h3>
    <ul class="fields">
      {Object.entries(operation.responses).map(([status, { description, content }]) => (
        <li>
          <p>
            <Pill tone={status.startsWith('2') ? 'good' : status.startsWith('3') ? 'plain' : 'bad'}>
              {status}
            </Pill>{' '}
            {content?.[PROBLEM] ? <Codes codes={description} /> : <Text text={description} />}
          </p>
          {Object.entries(content ?? {})
            .filter(([type]) => type !== PROBLEM)
            .map(([type, { schema }]) => (
              <details>
                <summary>
                  <span lang="en">
                    {schema ? `${typeOf(place.document, schema)} · ` : ''}
                    {type}
                  </span>
                </summary>
                {schema && <SchemaBody {...place} schema={schema} />}
              </details>
            ))}
        </li>
      ))}
    </ul>
  </>
)

/** A problem is described by the codes it may have. */
const Codes: FC<{ codes: string }> = ({ codes }) => (
  <>
    {codes.split(', ').map((code, index) => (
      <>
        {index > 0 && ', '}
        <code>{code}</code>
      </>
    ))}
  </>
)

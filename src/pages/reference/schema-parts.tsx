import type { FC } from 'hono/jsx'
import type { Lang, Words } from '../../words/language.ts'
import { type ApiDocument, fieldsOf, limitsOf, resolve, type Schema, typeOf } from './document.ts'

/** Schemas, one field a line; what has fields of its own opens on a tap. */

const words = {
  zh: { optional: '可选', values: '取值', fields: '字段', oneOf: '其中之一', each: '每个值', choice: '情形' },
  en: {
    optional: 'optional',
    values: 'One of',
    fields: 'Fields',
    oneOf: 'One of these',
    each: 'Each value',
    choice: 'Case',
  },
} satisfies Words<Record<string, string>>

/** Deeper than any schema here goes; one that holds itself ends there. */
const MAX_DEPTH = 8

interface Place {
  readonly document: ApiDocument
  readonly lang: Lang
  readonly depth?: number
}

/** Text of the document: English, with code between backticks. */
export const Text: FC<{ text: string }> = ({ text }) => (
  <span lang="en">
    {text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}
  </span>
)

/** One field or parameter: its name, type, limits and what it means. */
export const FieldLine: FC<
  Place & { name: string; schema: Schema; required: boolean; description?: string | undefined; from?: string }
> = ({ name, schema, required, description, from, ...place }) => {
  const { document, lang } = place
  const t = words[lang]
  const said = description ?? schema.description
  return (
    <li>
      <p>
        <code class="field-name">{name}</code>{' '}
        <span class="field-type" lang="en">
          {typeOf(document, schema)}
        </span>
        {from && <span class="field-type"> {from}</span>}
        {!required && <span class="field-type"> · {t.optional}</span>}
      </p>
      <Limits schema={schema} lang={lang} />
      {said && (
        <p>
          <Text text={said} />
        </p>
      )}
      <Inner {...place} schema={schema} />
    </li>
  )
}

const Limits: FC<{ schema: Schema; lang: Lang }> = ({ schema, lang }) => {
  const values = schema.enum ?? schema.items?.enum
  const limits = [...limitsOf(schema), ...(schema.items ? limitsOf(schema.items) : [])]
  if (!values && limits.length === 0) return null
  return (
    <p class="field-limits">
      {values && `${words[lang].values}: `}
      {values?.map((value, index) => (
        <>
          {index > 0 && ', '}
          <code>{JSON.stringify(value)}</code>
        </>
      ))}
      {values && limits.length > 0 && ' · '}
      <span lang="en">{limits.join(' · ')}</span>
    </p>
  )
}

/** What a field's schema has inside, folded away. */
const Inner: FC<Place & { schema: Schema }> = ({ schema, ...place }) => {
  const { document, lang, depth = 0 } = place
  const inner = schema.items ?? schema
  if (depth >= MAX_DEPTH || !hasInner(document, inner)) return null
  return (
    <details>
      <summary>{resolve(document, inner).name ?? words[lang].fields}</summary>
      <SchemaBody {...place} depth={depth + 1} schema={inner} />
    </details>
  )
}

function hasInner(document: ApiDocument, schema: Schema): boolean {
  const { schema: target } = resolve(document, schema)
  const map =
    typeof target.additionalProperties === 'object' && Object.keys(target.additionalProperties).length > 0
  return (
    (fieldsOf(document, target)?.length ?? 0) > 0 ||
    (target.items !== undefined && hasInner(document, target.items)) ||
    [...(target.anyOf ?? []), ...(target.oneOf ?? [])].some((choice) => hasInner(document, choice)) ||
    (resolve(document, schema).name !== null && (target.enum !== undefined || limitsOf(target).length > 0)) ||
    map
  )
}

/** A schema without a name in front: its fields, its cases, or what each of its values is. */
export const SchemaBody: FC<Place & { schema: Schema }> = ({ schema, ...place }) => {
  const { document, lang, depth = 0 } = place
  const t = words[lang]
  const { schema: target } = resolve(document, schema)
  if (depth > MAX_DEPTH) return null
  const fields = fieldsOf(document, target)
  const choices = target.anyOf ?? target.oneOf
  const each = typeof target.additionalProperties === 'object' ? target.additionalProperties : null
  return (
    <>
      {target.description && (
        <p>
          <Text text={target.description} />
        </p>
      )}
      {fields && fields.length > 0 && (
        <ul class="fields">
          {fields.map((field) => (
            <FieldLine {...place} {...field} />
          ))}
        </ul>
      )}
      {choices && (
        <>
          <p class="field-limits">{t.oneOf}:</p>
          <ul class="fields">
            {choices.map((choice, index) => (
              <FieldLine {...place} name={`${t.choice} ${index + 1}`} schema={choice} required />
            ))}
          </ul>
        </>
      )}
      {each && Object.keys(each).length > 0 && (
        <ul class="fields">
          <FieldLine {...place} name={t.each} schema={each} required />
        </ul>
      )}
      {!fields && !choices && <Limits schema={target} lang={lang} />}
      {!fields && target.items && <SchemaBody {...place} depth={depth + 1} schema={target.items} />}
    </>
  )
}

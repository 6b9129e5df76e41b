import type { FC } from 'hono/jsx'
import { Section } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { Lang } from '../../words/language.ts'
import { errorAt, Input, type Refused } from './fields.tsx'

const words = {
  zh: {
    rotate: '换一个新密钥',
    rotateText: '新的马上能用；旧的在重叠时间里照样能用，然后到期。',
    overlap: '重叠几小时',
    overlapHint: '0 到 168。0 就是旧的立刻到期。',
    rotateYes: '生成新密钥',
    key: '加一个 Ed25519 公钥',
    keyText: '私钥由对方自己保管，我们只存公钥。',
    publicKey: '公钥',
    publicKeyHint: 'whpk_ 开头，后面是 32 字节的 base64。',
    keyError: '不是 Ed25519 公钥。',
    keyYes: '加上公钥',
  },
  en: {
    rotate: 'Replace the secret',
    rotateText: 'The new one verifies at once; those there go on for the overlap and expire then.',
    overlap: 'Hours of overlap',
    overlapHint: '0 to 168; with 0 those there expire at once.',
    rotateYes: 'Make a new secret',
    key: 'Add an Ed25519 public key',
    keyText: 'The private half stays with those who sign; only the public one is kept here.',
    publicKey: 'Public key',
    publicKeyHint: 'whpk_ and the base64 of its 32 bytes.',
    keyError: 'Not an Ed25519 public key.',
    keyYes: 'Add the key',
  },
}

export const OVERLAP_HOURS = '24'

/** Which form was refused, and with what typed in it. */
export interface SecretTyped {
  readonly refused: Refused
  readonly form: 'rotate' | 'key' | 'revoke'
  readonly overlapHours: string
  readonly publicKey: string
}

/** The forms that add to what verifies a line's signatures. */
export const AddForms: FC<{ lang: Lang; line: LineWire; seen: string; typed: SecretTyped | null }> = ({
  lang,
  line,
  seen,
  typed,
}) => {
  const t = words[lang]
  const of = (form: SecretTyped['form']) => (typed?.form === form ? typed : null)
  const overlap = (form: 'rotate' | 'key') => (
    <Input
      {...{
        id: `${form}-overlap`,
        name: 'overlapHours',
        label: t.overlap,
        hint: t.overlapHint,
        type: 'number',
      }}
      {...{ min: 0, max: 168, required: true, value: of(form)?.overlapHours ?? OVERLAP_HOURS }}
      error={errorAt(lang, of(form)?.refused ?? null, 'overlapHours')}
    />
  )
  return (
    <>
      <Section id="rotate" title={t.rotate}>
        <form method="post" action={`/ops/lines/${line.id}/secrets`} class="card">
          <p>{t.rotateText}</p>
          <input type="hidden" name="seen" value={seen} />
          {overlap('rotate')}
          <button type="submit">{t.rotateYes}</button>
        </form>
      </Section>
      <Section id="key" title={t.key}>
        <form method="post" action={`/ops/lines/${line.id}/keys`} class="card">
          <p>{t.keyText}</p>
          <input type="hidden" name="seen" value={seen} />
          <Input
            {...{
              id: 'publicKey',
              label: t.publicKey,
              hint: t.publicKeyHint,
              maxLength: 100,
              required: true,
            }}
            value={of('key')?.publicKey ?? ''}
            error={errorAt(lang, of('key')?.refused ?? null, 'publicKey') && t.keyError}
          />
          {overlap('key')}
          <button type="submit">{t.keyYes}</button>
        </form>
      </Section>
    </>
  )
}

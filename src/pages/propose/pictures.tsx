import type { FC } from 'hono/jsx'
import { Problem, type ProblemCode } from '../../http/problem.ts'
import type { ProposalWire } from '../../proposals/params.ts'
import { PICTURE_TYPES } from '../../proposals/picture-format.ts'
import { MAX_PROPOSAL_PICTURES } from '../../proposals/proposing.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, readInside } from '../frame/inside.ts'
import { Section } from '../frame/parts.tsx'
import type { Done, Trouble } from './notices.tsx'

/** The pictures of a wish: shown, added one at a time, deleted. */

const words = {
  zh: {
    title: '图片',
    hint: `最多 ${MAX_PROPOSAL_PICTURES} 张，每张不超过 2 MB，JPEG、PNG 或 WebP。拍摄地点等信息会自动去掉。`,
    choose: '选一张图片',
    add: '上传',
    none: '还没有图片。',
    nth: (n: number) => `第 ${n} 张图片`,
    remove: (n: number) => `删除第 ${n} 张`,
  },
  en: {
    title: 'Pictures',
    hint: `Up to ${MAX_PROPOSAL_PICTURES}, of 2 MB at most: JPEG, PNG or WebP. Where they were taken is removed by itself.`,
    choose: 'Choose a picture',
    add: 'Upload',
    none: 'No pictures yet.',
    nth: (n: number) => `Picture ${n}`,
    remove: (n: number) => `Delete picture ${n}`,
  },
} satisfies Words<Record<string, unknown>>

interface PicturesPartProps {
  readonly lang: Lang
  readonly proposal: ProposalWire
  /** Whether more may be added. */
  readonly open: boolean
  /** Whether they may be deleted. */
  readonly removable: boolean
}

export const PicturesPart: FC<PicturesPartProps> = ({ lang, proposal, open, removable }) => {
  const t = words[lang]
  const { id, pictures } = proposal
  if (!open && pictures.length === 0) return null
  return (
    <Section id="pictures" title={t.title}>
      {pictures.length === 0 && <p>{t.none}</p>}
      <ul class="wish-pictures">
        {pictures.map((picture, n) => (
          <li>
            <img src={`/pictures/${picture}`} alt={t.nth(n + 1)} loading="lazy" />
            {removable && (
              <form method="post" action={`/proposals/${id}/pictures/${picture}/delete`}>
                <button type="submit" class="quiet">
                  {t.remove(n + 1)}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {open && pictures.length < MAX_PROPOSAL_PICTURES && (
        <form method="post" action={`/proposals/${id}/pictures`} enctype="multipart/form-data">
          <div class="field">
            <label for="picture">{t.choose}</label>
            <p class="hint" id="picture-hint">
              {t.hint}
            </p>
            <input
              id="picture"
              name="picture"
              type="file"
              accept={PICTURE_TYPES.join(',')}
              aria-describedby="picture-hint"
              data-shrink
              required
            />
          </div>
          <button type="submit" class="plain">
            {t.add}
          </button>
        </form>
      )}
    </Section>
  )
}

/** Refusals of an upload that the page tells where its form stands. */
const UPLOAD_TROUBLES: Partial<Record<ProblemCode, Trouble>> = {
  body_too_large: 'picture_large',
  unsupported_media_type: 'picture_type',
  picture_invalid: 'picture_invalid',
  invalid_request: 'picture_invalid',
  rate_limited: 'picture_often',
  state_conflict: 'not_draft',
}

/** Uploads a picture and puts it at the end of a draft's. */
export async function addPicture(
  c: PageContext,
  id: string,
  read: (name: string) => Promise<File | null>,
): Promise<Done | Trouble> {
  const path = `/v1/proposals/${encodeURIComponent(id)}`
  try {
    const file = await read('picture')
    if (!file) return 'picture_none'
    const { state, pictures } = await readInside<ProposalWire>(c, path)
    if (state !== 'draft') return 'not_draft'
    if (pictures.length >= MAX_PROPOSAL_PICTURES) return 'pictures_full'
    const uploaded = await callInside<{ id: string }>(c, '/v1/pictures', {
      ...{ method: 'POST', body: await file.arrayBuffer() },
      headers: { 'Content-Type': file.type },
    })
    if (!uploaded.ok) throw asProblem(uploaded)
    const added = await callInside(c, path, {
      ...{ method: 'PATCH', json: { pictures: [...pictures, uploaded.data.id] } },
    })
    if (added.ok) return 'picture'
    // In no text: nobody would find it again.
    await callInside(c, `/v1/pictures/${uploaded.data.id}`, { method: 'DELETE' })
    throw asProblem(added)
  } catch (error) {
    const trouble = error instanceof Problem ? UPLOAD_TROUBLES[error.code] : undefined
    if (trouble) return trouble
    throw error
  }
}

/** Deletes a picture, and with it its place in the wish. */
export async function removePicture(c: PageContext, picture: string): Promise<Done | Trouble> {
  const answer = await callInside(c, `/v1/pictures/${encodeURIComponent(picture)}`, { method: 'DELETE' })
  if (answer.ok || answer.problem.code === 'picture_not_found') return 'picture_gone'
  if (answer.problem.code === 'state_conflict') return 'picture_shown'
  throw asProblem(answer)
}

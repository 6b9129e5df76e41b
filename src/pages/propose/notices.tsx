import type { FC } from 'hono/jsx'
import type { Lang, Words } from '../../words/language.ts'
import { Notice } from '../frame/parts.tsx'

/** What was done, and what was not, in fixed words by code. */

const done = {
  zh: {
    drafted: '草稿已保存。看看下面有没有类似的愿望，再送出。',
    saved: '已保存。',
    sent: '送出去了！评审的结果会写在这里。',
    withdrawn: '已撤回。',
    deleted: '草稿已删除。',
    picture: '图片已加上。',
    picture_gone: '图片已删除。',
  },
  en: {
    drafted: 'The draft is saved. See whether there are similar wishes below, then send it.',
    saved: 'Saved.',
    sent: 'It is sent! What reviewers decide will stand here.',
    withdrawn: 'Withdrawn.',
    deleted: 'The draft is deleted.',
    picture: 'The picture is added.',
    picture_gone: 'The picture is deleted.',
  },
} satisfies Words<Record<string, string>>

const problems = {
  zh: {
    fields: '有的地方还要改一改，已经标出来了。',
    unclear: '有的内容没法保存，请检查后再试。',
    too_large: '内容太长了，请删短一些。',
    drafts_full: '草稿已经有 20 份，先送出或删掉一些。',
    sent_often: '24 小时内最多送出 5 个愿望，请过些时候再送；草稿还在。',
    unconfirmed: '请先勾选确认。',
    not_draft: '它已经不是草稿，不能这样改了。',
    shared: '别人的愿望已经并入这一个，不能单独撤回。',
    not_yours: '只有写下它的人可以这样做。',
    elsewhere: '你的账户里没有这份草稿。写的内容还在下面，可以存成一份新的。',
    moved: '它的状态变了，请看看现在的样子。',
    picture_none: '先选一张图片。',
    picture_large: '图片超过 2 MB，没有收下。请把它改小，或截一张图，再传。',
    picture_type: '只能传 JPEG、PNG 或 WebP 图片。',
    picture_invalid: '这张图片打不开，或边长超过 8000 像素。',
    picture_often: '24 小时内最多上传 20 张图片，请过些时候再传。',
    pictures_full: '一个愿望最多 9 张图片。',
    picture_shown: '已公布的内容在用这张图片，不能删除。',
  },
  en: {
    fields: 'Something is still to be mended; it is marked.',
    unclear: 'Something in it cannot be kept. Look through it and try again.',
    too_large: 'It is too long. Please shorten it.',
    drafts_full: 'You have 20 drafts. Send or delete some first.',
    sent_often: 'Five wishes in 24 hours are the most. Send it later: the draft is kept.',
    unconfirmed: 'Please tick the box first.',
    not_draft: 'It is no draft any more and cannot be changed so.',
    shared: 'Others’ wishes were merged into it, so it is not withdrawn without them.',
    not_yours: 'Only who wrote it may do this.',
    elsewhere: 'Your account has no such draft. What you wrote is below: save it as a new one.',
    moved: 'Its state has changed. See how it stands now.',
    picture_none: 'Choose a picture first.',
    picture_large:
      'The picture is larger than 2 MB and was not taken. Make it smaller, or a screenshot of it.',
    picture_type: 'Pictures are JPEG, PNG or WebP.',
    picture_invalid: 'The picture cannot be read, or is wider or higher than 8,000 pixels.',
    picture_often: 'Twenty pictures in 24 hours are the most. Come back later.',
    pictures_full: 'A wish has nine pictures at most.',
    picture_shown: 'A published text shows this picture, so it stays.',
  },
} satisfies Words<Record<string, string>>

export type Done = keyof (typeof done)['zh']
export type Trouble = keyof (typeof problems)['zh']

export const isTrouble = (code: string | undefined): code is Trouble =>
  code !== undefined && Object.hasOwn(problems.zh, code)

const isDone = (code: string | undefined): code is Done => code !== undefined && Object.hasOwn(done.zh, code)

/** What came of the last step, by the codes in the address or of the form that was refused. */
export const Told: FC<{ lang: Lang; doneCode?: string | undefined; trouble?: Trouble | undefined }> = ({
  lang,
  doneCode,
  trouble,
}) => (
  <>
    {trouble && <Notice tone="bad">{problems[lang][trouble]}</Notice>}
    {!trouble && isDone(doneCode) && <Notice tone="good">{done[lang][doneCode]}</Notice>}
  </>
)

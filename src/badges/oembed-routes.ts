import { Api, json, problems } from '../http/api.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { answerForm, OPEN } from './answers.ts'
import { findDream, toOembed } from './oembed.ts'
import { readProgress } from './progress.ts'

export const oembedRoutes = new Api()

const oembedSchema = z
  .object({
    version: z.literal('1.0'),
    type: z.literal('rich'),
    title: z.string(),
    provider_name: z.string(),
    provider_url: z.url(),
    cache_age: z.int(),
    html: z.string(),
    width: z.int(),
    height: z.int(),
    thumbnail_url: z.url().optional(),
    thumbnail_width: z.int().optional(),
    thumbnail_height: z.int().optional(),
  })
  .openapi('Oembed', { description: 'https://oembed.com' })

const oembedQuery = z.object({
  url: z.string().describe('The address of a dream’s page; its `lang` is the language of the answer.'),
  format: z.string().optional().describe('Only `json`.'),
  maxwidth: z.string().optional().describe('Not a number: as if it were not there.'),
  maxheight: z.string().optional(),
})

oembedRoutes.describe(
  {
    method: 'get',
    path: '/oembed',
    summary: 'How to embed the dream that an address shows',
    request: { query: oembedQuery },
    responses: {
      200: json(oembedSchema, 'A page to embed, as HTML'),
      ...problems('not_found', 'dream_not_found', 'format_not_supported', 'overloaded', 'unavailable'),
    },
  },
  async (c) => {
    const { url = '', format = 'json', maxwidth, maxheight } = c.req.query()
    if (format !== 'json') throw new Problem('format_not_supported', { headers: OPEN })
    const { origin } = new URL(c.req.url)
    const found = findDream(url, origin)
    if (!found) throw new Problem('not_found', { headers: OPEN })
    const progress = await readProgress(c, found.id)
    if (!progress) throw new Problem('dream_not_found', { headers: OPEN })
    const body = JSON.stringify(toOembed(origin, progress, found.lang, { maxwidth, maxheight }))
    return answerForm(
      c.req.raw,
      progress,
      `oembed/${body}`,
      { 'Content-Type': 'application/json', ...OPEN },
      () => body,
    )
  },
)

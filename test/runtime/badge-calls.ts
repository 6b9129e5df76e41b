import { freshId, world } from './world.ts'

/** Dreams whose words are someone's attempt at the pages that show them. */

/** A collecting dream with any words. */
export async function plantTold(
  told: { title?: string; titleEn?: string; flowers?: number; quota?: number } = {},
): Promise<string> {
  const [id, now] = [freshId('told'), Date.now()]
  const { title = '净水', titleEn = 'Clean water', flowers = 1_234, quota = 10_000 } = told
  await world.DB.prepare(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, flowers)
     SELECT ?1, ifnull(max(position), 0) + 1, ?2, ?3, ?2, ?4, ?5, ?6, 'collecting', ?5, ?7 FROM dreams`,
  )
    .bind(id, title, titleEn, quota, now - 1_000, now + 3_600_000, flowers)
    .run()
  return id
}

/** Markup, direction marks, controls, words without end, heaps of marks, emoji, nothing at all. */
export const HOSTILE = [
  '</title><script>alert(1)</script>',
  '" onload="alert(1)',
  "' onload='alert(1)",
  ']]><![CDATA[&amp;&lol;',
  '\u202egnp.exe\u2066\u2067\u200f\u061c',
  'a\u0000b\u0007c\u001bd\u007fe\ufffef\uffff',
  'W'.repeat(10_000),
  '急'.repeat(10_000),
  `e${'\u0301'.repeat(5_000)}`,
  '👨‍👩‍👧‍👦'.repeat(500),
  '🏳️‍🌈🇨🇳👍🏽',
  '  \n\t\u2028 ',
]

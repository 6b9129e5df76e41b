import type { DreamPage } from '../../dreams/wire.ts'
import { readInside } from '../frame/inside.ts'
import type { Words } from '../frame/language.ts'
import { sendPage } from '../frame/layout.tsx'
import { Pages } from '../frame/pages.tsx'
import { Bar, Flowers, Said } from '../frame/parts.tsx'

const words = {
  zh: { title: '一花一梦想', dreams: '梦想' },
  en: { title: 'One Flower, One Dream', dreams: 'Dreams' },
} satisfies Words<Record<string, string>>

export const wallPages = new Pages()

wallPages.view('/', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { items } = await readInside<DreamPage>(c, '/v1/dreams?pageSize=100')
  return sendPage(
    c,
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <ul class="cards">
        {items.map((dream) => {
          const title = lang === 'zh' ? dream.title : dream.titleEn
          return (
            <li>
              <article class="card">
                <h2>
                  <a href={`/dreams/${dream.id}`}>
                    <Said>{title}</Said>
                  </a>
                </h2>
                <Bar value={dream.flowers} max={dream.quota} label={title} />
                <Flowers lang={lang} count={dream.flowers} />
              </article>
            </li>
          )
        })}
      </ul>
    </>,
  )
})

import embed from '../../badges/embed.css'
import partner from '../../badges/partner.css'
import app from '../assets/app.client.js'
import desk from '../assets/desk.css'
import deskLife from '../assets/desk-life.css'
import deskLines from '../assets/desk-lines.css'
import dream from '../assets/dream.css'
import earn from '../assets/earn.css'
import icon from '../assets/icon.svg.ts'
import mine from '../assets/mine.css'
import numbers from '../assets/numbers.css'
import propose from '../assets/propose.css'
import reference from '../assets/reference.css'
import sessions from '../assets/sessions.css'
import style from '../assets/style.css'
import wall from '../assets/wall.css'

/** What pages load: served by ourselves, at addresses that change with their content, so that they are kept for good. */

/** What holds on every page, then what each page for people adds: loaded once, there for all of them. */
const STYLE = [style, wall, dream, earn, mine, propose, numbers, sessions, partner].join('')

/** What few look at is not loaded by everyone: a page names it in its head. */
const DESK = [desk, deskLife, deskLines].join('')

const FILES = {
  'style.css': { text: STYLE, type: 'text/css; charset=utf-8' },
  'desk.css': { text: DESK, type: 'text/css; charset=utf-8' },
  'reference.css': { text: reference, type: 'text/css; charset=utf-8' },
  'app.js': { text: withoutComments(app), type: 'text/javascript; charset=utf-8' },
  'embed.css': { text: embed, type: 'text/css; charset=utf-8' },
  'icon.svg': { text: icon, type: 'image/svg+xml; charset=utf-8' },
} as const

/**
 * A script as browsers get it: its comments and its indentation, a third of it, are for whoever reads it here. A script of
 * ours has no text that goes over several lines.
 */
function withoutComments(script: string): string {
  return script
    .replace(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/^[ \t]+/gm, '')
}

type AssetName = keyof typeof FILES

/** FNV-1a, 32 bits: tells versions of a file apart. Not against anyone: only we make these files. */
function versionOf(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(36)
}

const versions = Object.fromEntries(
  Object.entries(FILES).map(([name, { text }]) => [name, versionOf(text)]),
) as Record<AssetName, string>

/** The address of a file, good for as long as it is the same. */
export const assetPath = (name: AssetName): string => `/assets/${name}?v=${versions[name]}`

/** A file as it is served; null where there is none. `version` is the one that was asked for. */
export function serveAsset(name: string, version: string | undefined): Response | null {
  if (!Object.hasOwn(FILES, name)) return null
  const { text, type } = FILES[name as AssetName]
  const current = versions[name as AssetName]
  return new Response(text, {
    headers: {
      'Content-Type': type,
      'X-Content-Type-Options': 'nosniff',
      // Another version's address may be asked for while a new one is being deployed.
      'Cache-Control': version === current ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: `"${current}"`,
    },
  })
}

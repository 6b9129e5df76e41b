import type { Check } from './checks.ts'
import { chain, fieldOf, tell } from './words.ts'

/** Beyond what any body may have: 256 KiB and some. */
const TOO_MANY_BYTES = 300_000

/** Items in one body are at most 500. */
const TOO_MANY_ITEMS = 501

/** Bodies that are well signed and wrong. */
export const bodyChecks: readonly Check[] = [
  {
    name: 'an event type nobody knows',
    expected: '400 unknown_event_type',
    run: async (door) => tell(await door.send('acts.imagined', { acts: [door.act()] })),
  },
  {
    name: 'a wrong shape',
    expected: '400 invalid_request',
    run: async (door) => tell(await door.send('acts.reported', { acts: [{ id: door.kit.newId('act') }] })),
  },
  {
    name: 'a wrong shape says where',
    expected: 'acts.0.user',
    run: async (door) => {
      const { user: _, ...act } = door.act()
      const answer = await door.send('acts.reported', { acts: [act] })
      const errors = fieldOf<{ path?: unknown }[]>(answer, 'errors')
      const path = Array.isArray(errors) ? errors[0]?.path : undefined
      return typeof path === 'string' && /^[\w.]{1,40}$/.test(path) ? path : 'nowhere'
    },
  },
  {
    name: 'a body that is not JSON',
    expected: '400 invalid_json',
    run: async (door) => tell(await door.sendText('{"type":"acts.reported",')),
  },
  {
    name: 'a content type that is not JSON',
    expected: '415 unsupported_media_type',
    run: async (door) => tell(await door.report([door.act()], { headers: { 'Content-Type': 'text/plain' } })),
  },
  {
    name: `${TOO_MANY_ITEMS} items: none is taken`,
    expected: chain('413 batch_too_large', '200 would_credit'),
    run: async (door) => {
      const acts = Array.from({ length: TOO_MANY_ITEMS }, () => door.act())
      return chain(tell(await door.report(acts)), tell(await door.examine(acts.slice(0, 1))))
    },
  },
  {
    name: 'a body that is too large',
    expected: chain('413 body_too_large', '200 would_credit'),
    run: async (door) => {
      const act = door.act()
      const padded = { ...act, padding: 'x'.repeat(TOO_MANY_BYTES) }
      return chain(tell(await door.report([padded])), tell(await door.examine([act])))
    },
  },
  {
    name: 'a number beyond all numbers',
    expected: '400 invalid_request',
    run: async (door) => {
      const event = { type: 'acts.reported', timestamp: new Date().toISOString() }
      const text = JSON.stringify({ ...event, data: { acts: [door.act({ quantity: 'huge' })] } })
      return tell(await door.sendText(text.replace('"huge"', '1e999')))
    },
  },
]

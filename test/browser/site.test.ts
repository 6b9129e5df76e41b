import { describe, expect, it } from 'vitest'
import { tellStory } from '../story/tell.ts'
import { describeSite } from './browser.ts'
import { newcomers } from './newcomers.ts'
import { everyPage } from './sound.ts'

/** A dream settles for two seconds here, so that one is carried out before the tests look. */
const SETTLING_HOURS = 2 / 3_600

describeSite(
  'a site on which a dream lived its whole life',
  (site) => {
    it('stands', async () => {
      expect(await tellStory(site().worker, () => {})).toBeGreaterThan(100)
      // The passes that make the numbers are ten minutes apart.
      for (const minute of [1, 12]) await site().worker.ring(Date.now() + minute * 60_000)
    })
    describe('a newcomer with a phone', () => newcomers(site))
    describe('every page', () => everyPage(site))
  },
  { settlingHours: SETTLING_HOURS },
)

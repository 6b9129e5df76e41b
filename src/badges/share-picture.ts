import { arc, Canvas, circle, stroke } from './canvas.ts'
import { drawNumerals, widthOfNumerals } from './numerals.ts'
import { type Colour, encodePng } from './png.ts'
import type { Progress } from './progress.ts'
import { colourOf, shareOf } from './wording.ts'

/**
 * The picture that social sites show beside a link to a dream (they take no SVG): a flower in a ring of its progress, and
 * the numbers. It has no words: a font for Chinese is larger than this whole Worker, and the title stands beside it.
 */

export const PICTURE_WIDTH = 1_200
export const PICTURE_HEIGHT = 630

const PAPER: Colour = [0xff, 0xfa, 0xf6]
const ROSE: Colour = [0xf9, 0xdd, 0xe0]
const RED: Colour = [0xd7, 0x26, 0x3d]
const GOLD: Colour = [0xff, 0xd1, 0x66]
const INK: Colour = [0x2b, 0x1d, 0x1a]
const SOFT: Colour = [0x6b, 0x57, 0x51]

const RING = { x: 310, y: 315, radius: 205, width: 34 }
const LEFT = 610
const ROOM = PICTURE_WIDTH - LEFT - 70

/** Draws the picture of a dream as PNG. */
export function drawPicture(progress: Progress): Promise<Uint8Array<ArrayBuffer>> {
  const { flowers, quota, state } = progress
  const canvas = new Canvas(PICTURE_WIDTH, PICTURE_HEIGHT, PAPER)
  const colour = readColour(colourOf(state))
  const share = shareOf(progress)
  drawRing(canvas, share, colour)
  drawFlower(canvas, RING.x, RING.y, 230)
  const count = format(flowers)
  const countHeight = Math.min(130, (ROOM - 90) / widthOfNumerals(count, 1))
  drawFlower(canvas, LEFT + 34, 215, 68)
  drawNumerals(canvas, count, LEFT + 90, 215 - countHeight / 2, countHeight, INK)
  const goal = `/ ${format(quota)}`
  drawNumerals(canvas, goal, LEFT, 320, Math.min(64, ROOM / widthOfNumerals(goal, 1)), SOFT)
  drawBar(canvas, share, colour)
  drawNumerals(canvas, `${Math.floor((flowers / quota) * 100)}%`, LEFT, 480, 64, colour)
  return encodePng(PICTURE_WIDTH, PICTURE_HEIGHT, canvas.pixels, canvas.palette)
}

const format = (count: number): string => count.toLocaleString('en-GB')

function readColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

function drawRing(canvas: Canvas, share: number, colour: Colour): void {
  const { x, y, radius, width } = RING
  canvas.fill(ROSE, [arc(x, y, radius, width, 1)])
  if (share > 0) canvas.fill(colour, [arc(x, y, radius, width, share)])
}

/** The little red flower, `size` px wide, as its icon draws it in a square of 64. */
function drawFlower(canvas: Canvas, x: number, y: number, size: number): void {
  const unit = size / 58
  const petals = [0, 1, 2, 3, 4].map((petal) => {
    const turn = (petal * 2 * Math.PI) / 5
    return circle(x + 16 * unit * Math.sin(turn), y - 16 * unit * Math.cos(turn), 13 * unit)
  })
  canvas.fill(RED, petals)
  canvas.fill(GOLD, [circle(x, y, 10 * unit)])
}

function drawBar(canvas: Canvas, share: number, colour: Colour): void {
  const [y, height] = [430, 24]
  const [from, to] = [LEFT + height / 2, LEFT + ROOM - height / 2]
  canvas.fill(ROSE, [stroke(from, y, to, y, height)])
  if (share > 0) canvas.fill(colour, [stroke(from, y, from + share * (to - from), y, height)])
}

import { type Canvas, stroke } from './canvas.ts'
import type { Colour } from './png.ts'

/** Digits and the few marks beside them, as lines of a pen with a round tip: no font is needed to write a number. */

/** How wide a sign is, and its lines: points in a box that is 1 high, x to the right and y down. */
interface Sign {
  readonly width: number
  readonly lines: readonly (readonly (readonly [x: number, y: number])[])[]
}

/** Thickness of the pen and space after a sign, of the height. */
const PEN = 0.15
const GAP = 0.2

/** Points of a part of an ellipse, from angle to angle in degrees: 0 is right, 90 is down. */
function curve(cx: number, cy: number, rx: number, ry: number, from: number, to: number) {
  const count = Math.max(2, Math.ceil(Math.abs(to - from) / 15))
  return Array.from({ length: count + 1 }, (_, n): [number, number] => {
    const angle = ((from + ((to - from) * n) / count) * Math.PI) / 180
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)]
  })
}

const SIGNS: Readonly<Record<string, Sign>> = {
  '0': { width: 0.6, lines: [curve(0.3, 0.5, 0.3, 0.5, 0, 360)] },
  '1': {
    width: 0.32,
    lines: [
      [
        [0, 0.2],
        [0.26, 0],
        [0.26, 1],
      ],
    ],
  },
  '2': { width: 0.56, lines: [[...curve(0.28, 0.28, 0.28, 0.28, 190, 385), [0, 1], [0.58, 1]]] },
  '3': {
    width: 0.56,
    lines: [
      [...curve(0.27, 0.25, 0.25, 0.25, 200, 450), [0.2, 0.5]],
      curve(0.27, 0.73, 0.29, 0.27, -90, 160),
    ],
  },
  '4': {
    width: 0.64,
    lines: [
      [
        [0.66, 0.7],
        [0, 0.7],
        [0.46, 0],
        [0.46, 1],
      ],
    ],
  },
  '5': {
    width: 0.56,
    lines: [[[0.52, 0], [0.08, 0], [0.04, 0.44], ...curve(0.26, 0.68, 0.3, 0.32, 228, 510)]],
  },
  '6': {
    width: 0.58,
    lines: [curve(0.29, 0.69, 0.29, 0.31, 0, 360), curve(0.6, 0.69, 0.6, 0.69, 180, 262)],
  },
  '7': {
    width: 0.56,
    lines: [
      [
        [0, 0],
        [0.56, 0],
        [0.2, 1],
      ],
    ],
  },
  '8': {
    width: 0.58,
    lines: [curve(0.29, 0.24, 0.25, 0.24, 0, 360), curve(0.29, 0.73, 0.29, 0.27, 0, 360)],
  },
  '9': {
    width: 0.58,
    lines: [curve(0.29, 0.31, 0.29, 0.31, 0, 360), curve(-0.02, 0.31, 0.6, 0.69, 0, 82)],
  },
  ',': {
    width: 0.1,
    lines: [
      [
        [0.08, 0.96],
        [0.02, 1.14],
      ],
    ],
  },
  '/': {
    width: 0.36,
    lines: [
      [
        [0.36, -0.05],
        [0, 1.05],
      ],
    ],
  },
  '%': {
    width: 0.84,
    lines: [
      curve(0.16, 0.2, 0.16, 0.2, 0, 360),
      curve(0.68, 0.8, 0.16, 0.2, 0, 360),
      [
        [0.68, 0],
        [0.16, 1],
      ],
    ],
  },
  ' ': { width: 0.1, lines: [] },
}

const signsOf = (text: string): Sign[] => Array.from(text, (each) => SIGNS[each] ?? { width: 0, lines: [] })

/** How wide a number is, written `height` px high. */
export const widthOfNumerals = (text: string, height: number): number =>
  signsOf(text).reduce((width, sign) => width + sign.width + GAP, 0) * height

/** Writes a number with its upper left at a place, `height` px high. */
export function drawNumerals(
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  height: number,
  colour: Colour,
): void {
  const pen = PEN * height
  // The pen's tip reaches half its width beyond its line.
  const scale = height - pen
  let at = left + pen / 2
  for (const { width, lines } of signsOf(text)) {
    const place = ([x, y]: readonly [number, number]) => [at + x * scale, top + pen / 2 + y * scale] as const
    const segments = lines.flatMap((line) =>
      line.slice(1).map((to, n) => stroke(...place(line[n] ?? to), ...place(to), pen)),
    )
    if (segments.length > 0) canvas.fill(colour, segments)
    at += (width + GAP) * height
  }
}

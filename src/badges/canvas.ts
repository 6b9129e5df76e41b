import type { Colour } from './png.ts'

/**
 * Something to draw on without a graphics library: shapes are given by their distance (in px, negative inside), which
 * makes smooth edges a matter of one multiplication. Pixels are indices into a palette that grows with the blends.
 */

/** Steps from one colour to another along an edge: enough for the eye, few enough for a palette of 256. */
const STEPS = 7
const MAX_COLOURS = 256

/** A shape: where it is, and how far a point is from its edge; negative inside. */
export interface Shape {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  distance(x: number, y: number): number
}

export class Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
  readonly palette: Colour[]
  readonly #blends = new Map<number, number>()

  constructor(width: number, height: number, background: Colour) {
    this.width = width
    this.height = height
    this.pixels = new Uint8Array(width * height)
    this.palette = [background]
  }

  /** Fills what any of the shapes covers with a colour, once: where they meet there is no seam. */
  fill(colour: Colour, shapes: readonly Shape[]): void {
    const ink = this.#indexOf(colour)
    const left = Math.max(0, Math.floor(Math.min(...shapes.map((each) => each.left))) - 1)
    const right = Math.min(this.width, Math.ceil(Math.max(...shapes.map((each) => each.right))) + 1)
    const top = Math.max(0, Math.floor(Math.min(...shapes.map((each) => each.top))) - 1)
    const bottom = Math.min(this.height, Math.ceil(Math.max(...shapes.map((each) => each.bottom))) + 1)
    const width = right - left
    const covered = new Uint8Array(Math.max(0, width * (bottom - top)))
    for (const shape of shapes) {
      const [fromX, toX] = [
        Math.max(left, Math.floor(shape.left) - 1),
        Math.min(right, Math.ceil(shape.right) + 1),
      ]
      const [fromY, toY] = [
        Math.max(top, Math.floor(shape.top) - 1),
        Math.min(bottom, Math.ceil(shape.bottom) + 1),
      ]
      for (let y = fromY; y < toY; y++)
        for (let x = fromX; x < toX; x++) {
          const step = Math.min(STEPS, Math.round(STEPS * (0.5 - shape.distance(x + 0.5, y + 0.5))))
          const at = (y - top) * width + x - left
          if (step > (covered[at] ?? 0)) covered[at] = step
        }
    }
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const step = covered[(y - top) * width + x - left] ?? 0
        if (step === 0) continue
        const at = y * this.width + x
        this.pixels[at] = step === STEPS ? ink : this.#blend(this.pixels[at] ?? 0, ink, step)
      }
  }

  /** The colour that is `step` of `STEPS` from one to another. */
  #blend(under: number, over: number, step: number): number {
    const key = (under * MAX_COLOURS + over) * STEPS + step
    let blended = this.#blends.get(key)
    if (blended === undefined) {
      const [from, to] = [this.palette[under] ?? [0, 0, 0], this.palette[over] ?? [0, 0, 0]]
      const mix = (channel: 0 | 1 | 2) =>
        Math.round(from[channel] + ((to[channel] - from[channel]) * step) / STEPS)
      blended = this.#indexOf([mix(0), mix(1), mix(2)])
      this.#blends.set(key, blended)
    }
    return blended
  }

  /** The index of a colour, or of the nearest where the palette is full. */
  #indexOf(colour: Colour): number {
    const distances = this.palette.map((each) =>
      each.reduce((sum, value, channel) => sum + (value - (colour[channel] ?? 0)) ** 2, 0),
    )
    const nearest = Math.min(...distances)
    if (nearest === 0 || this.palette.length >= MAX_COLOURS) return distances.indexOf(nearest)
    return this.palette.push(colour) - 1
  }
}

// Math.hypot guards against overflow, at ten times the price of a root.
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y)

export const circle = (cx: number, cy: number, radius: number): Shape => ({
  ...{ left: cx - radius, top: cy - radius, right: cx + radius, bottom: cy + radius },
  distance: (x, y) => length(x - cx, y - cy) - radius,
})

/** A line with round ends, or a bar. */
export function stroke(x1: number, y1: number, x2: number, y2: number, width: number): Shape {
  const [dx, dy, half] = [x2 - x1, y2 - y1, width / 2]
  const square = dx * dx + dy * dy || 1
  return {
    ...{ left: Math.min(x1, x2) - half, top: Math.min(y1, y2) - half },
    ...{ right: Math.max(x1, x2) + half, bottom: Math.max(y1, y2) + half },
    distance: (x, y) => {
      const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square))
      return length(x - x1 - along * dx, y - y1 - along * dy) - half
    },
  }
}

/** A part of a circle's line with round ends, clockwise from the top; `share` of the whole, 0 to 1. */
export function arc(cx: number, cy: number, radius: number, width: number, share: number): Shape {
  const end = share * 2 * Math.PI
  const [endX, endY] = [cx + radius * Math.sin(end), cy - radius * Math.cos(end)]
  const [half, reach] = [width / 2, radius + width / 2]
  return {
    ...{ left: cx - reach, top: cy - reach, right: cx + reach, bottom: cy + reach },
    distance: (x, y) => {
      const toLine = Math.abs(length(x - cx, y - cy) - radius) - half
      if (share >= 1 || toLine > 1) return toLine
      const angle = (Math.atan2(x - cx, cy - y) + 2 * Math.PI) % (2 * Math.PI)
      if (angle <= end) return toLine
      return Math.min(length(x - cx, y - cy + radius), length(x - endX, y - endY)) - half
    },
  }
}

/** Calls `run` after `ms`; returns what cancels it. The timer that objects give to what they run. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

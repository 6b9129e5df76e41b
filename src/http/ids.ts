/** A new opaque id: a prefix that tells what it names, and 128 random bits. */
export function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`
}

/** The public id of the entry that wrote `mark` for `ref` (a dream or a line). */
export function entryId(ref: string, mark: number): string {
  return `${ref}.${mark.toString(36)}`
}

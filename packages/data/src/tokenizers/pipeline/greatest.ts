/** The greatest of some numbers, −∞ of none. A vocabulary has more ids than a call may have arguments. */
export function greatest(numbers: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const each of numbers) if (each > found) found = each;
  return found;
}

/** A number with as many digits as a reader wants: four that count. */
export function showNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

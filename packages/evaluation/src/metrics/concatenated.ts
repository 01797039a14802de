type Numbers = Float64Array | Int32Array | Uint8Array;

/** Numbers of several lists one behind the other, in the type of the first. */
export function concatenated<List extends Numbers>(lists: readonly List[]): List {
  const whole = new (lists[0]!.constructor as new (length: number) => List)(
    lists.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const list of lists) {
    whole.set(list, at);
    at += list.length;
  }
  return whole;
}

/** Six digits say all that a probability tells, in a third of the characters. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

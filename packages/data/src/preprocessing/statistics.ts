/** The finite numbers of a column of a row-major matrix. */
export function finiteValues(data: Float32Array, width: number, column: number): Float64Array {
  const values: number[] = [];
  for (let at = column; at < data.length; at += width) if (Number.isFinite(data[at])) values.push(data[at]!);
  return Float64Array.from(values);
}

/** 0 for no values. */
export function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean squared distance from the mean. */
export function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** Between two values by their distance, as NumPy's `linear`; 0 for no values. */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low = 0, high = low] = [sorted[below], sorted[below + 1]];
  return low + (high - low) * (place - below);
}

/** The most frequent value, the least of equally frequent ones; 0 for no values. */
export function modeOf(sorted: Float64Array): number {
  let [mode, most, from] = [0, 0, 0];
  for (let at = 1; at <= sorted.length; at++) {
    if (at < sorted.length && sorted[at] === sorted[from]) continue;
    if (at - from > most) [mode, most] = [sorted[from]!, at - from];
    from = at;
  }
  return mode;
}

/** How many of these edges a value lies above: the number of its interval, of which each has its upper edge. @param edges Ascending. */
export function intervalOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson's correlation over the places where both are numbers; undefined where one of them is constant there. */
export function correlation(one: Float64Array, other: Float64Array): number | undefined {
  let [count, meanOne, meanOther, squaresOne, squaresOther, products] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [x, y] = [one[i]!, other[i]!];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    // Welford's updates: sums of squares of dates would lose their digits.
    count++;
    const [stepOne, stepOther] = [x - meanOne, y - meanOther];
    meanOne += stepOne / count;
    meanOther += stepOther / count;
    squaresOne += stepOne * (x - meanOne);
    squaresOther += stepOther * (y - meanOther);
    products += stepOne * (y - meanOther);
  }
  const scale = Math.sqrt(squaresOne) * Math.sqrt(squaresOther);
  return count < 2 || !(scale > 0) || !Number.isFinite(scale) ? undefined : products / scale;
}

/** The ranks of numbers, equal ones at their mean; NaN stays. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys())
    .filter((place) => !Number.isNaN(values[place]!))
    .sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

import type { DriftThreshold, Sketch, SketchKind, SketchOf } from "@modelwright/contracts";
import type { RandomSource } from "@modelwright/engine";
import { stabilityIndex } from "./distances.ts";
import { CUSTOMARY } from "./drift-verdict.ts";
import { coefficientsOfHalves } from "./energy-distance.ts";
import { filledRows } from "./sketches.ts";

/** Windows that are drawn from a reference to learn how far such windows lie from it by chance. */
const DRAWS = 200;
/** One window in twenty that nothing happened to is not called steady at once, one in a hundred passes the threshold of drift. */
const QUANTILES = { steady: 0.95, drifted: 0.99 } as const;
/** Rows of a drawn reference or window at most; of more, chance is far below the customary thresholds. */
const MOST_ROWS = 20_000;

const DISTANCES: {
  readonly [Kind in SketchKind]: (
    sketch: SketchOf<Kind>,
    options: { readonly windowRows: number; readonly random: RandomSource },
  ) => Float64Array;
} = {
  number: ({ counts }, options) => indicesOfWindows(counts, options),
  category: ({ counts, other }, options) => {
    const all = [...counts.map(([, count]) => count), ...(other === 0 ? [] : [other])];
    return indicesOfWindows(all, options);
  },
  vector: ({ sample }, { random }) => coefficientsOfHalves(sample.values, DRAWS, random),
};

/**
 * Thresholds of a column: how far windows of so many rows lie from a reference of the same distribution, but never below
 * the customary ones of a stability index. Both are drawn, since the reference itself is one sample of many. Vectors are
 * learnt of by halves of their sample, which lie farther apart than larger windows do.
 */
export function learnThreshold(
  sketch: Sketch,
  options: { readonly windowRows: number; readonly random: RandomSource },
): DriftThreshold {
  const floor = sketch.kind === "vector" ? { steady: 0, drifted: 0 } : CUSTOMARY;
  if (filledRows(sketch) < 4) return floor;
  const distances = DISTANCES[sketch.kind](sketch as never, options).sort();
  const at = (share: number) => distances[Math.ceil(share * distances.length) - 1]!;
  return {
    steady: Math.max(floor.steady, at(QUANTILES.steady)),
    drifted: Math.max(floor.drifted, at(QUANTILES.drifted)),
  };
}

function indicesOfWindows(
  counts: readonly number[],
  { windowRows, random }: { readonly windowRows: number; readonly random: RandomSource },
): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from({ length: DRAWS }, () => {
    const reference = drawCounts(counts, Math.min(rows, MOST_ROWS), random);
    return stabilityIndex(reference, drawCounts(counts, Math.min(windowRows, MOST_ROWS), random));
  });
}

/** How so many rows fall, each by the shares of the counts. */
function drawCounts(counts: readonly number[], rows: number, random: RandomSource): number[] {
  const drawn = new Array<number>(counts.length).fill(0);
  const ends: number[] = [];
  for (const count of counts) ends.push((ends.at(-1) ?? 0) + count);
  const all = ends.at(-1)!;
  for (let row = 0; row < rows; row++) {
    const place = random.uniform() * all;
    let at = 0;
    while (at < ends.length - 1 && place >= ends[at]!) at++;
    drawn[at]!++;
  }
  return drawn;
}

/** Labels that are given, and what models that had not seen a row say of it. */
export interface GivenLabels {
  readonly classes: number;
  /** Class numbers, `[rows]`. */
  readonly given: ArrayLike<number>;
  /** Out-of-fold, row-major `[rows, classes]`. */
  readonly probabilities: ArrayLike<number>;
}

/** How well each label fits its row. */
export interface LabelQuality {
  /** Probability of the given label, `[rows]`. */
  readonly selfConfidence: Float64Array;
  /** (probability of the given label − that of the likeliest other one + 1) / 2, `[rows]`: below 0.5 another one is likelier. */
  readonly normalisedMargin: Float64Array;
  /** The likeliest label other than the given one, `[rows]`. */
  readonly suggested: Int32Array;
  /** 1 where the label is taken for an error, `[rows]`. */
  readonly isSuspicious: Uint8Array;
}

/**
 * Rows by given label and the label that they confidently have, row-major `[classes, classes]`: a row confidently has the likeliest of the
 * labels whose probability is at least their threshold, which is the mean probability of a label over the rows that are given it.
 *
 * @see Northcutt, Jiang & Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021, equations 1 and 2
 */
export function confidentJoint({ classes, given, probabilities }: GivenLabels): Float64Array {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < given.length; row++) {
    const label = given[row]!;
    sums[label]! += probabilities[row * classes + label]!;
    counts[label]!++;
  }
  const joint = new Float64Array(classes * classes);
  for (let row = 0; row < given.length; row++) {
    let confident = -1;
    for (let label = 0; label < classes; label++) {
      const probability = probabilities[row * classes + label]!;
      // A label that no row is given has no threshold.
      if (counts[label] === 0 || probability < sums[label]! / counts[label]! - ROUNDING) continue;
      if (confident < 0 || probability > probabilities[row * classes + confident]!) confident = label;
    }
    if (confident >= 0) joint[given[row]! * classes + confident]!++;
  }
  return joint;
}

/** A row whose probability is the mean itself reaches it, however the sum was rounded. */
const ROUNDING = 1e-12;

/**
 * Scores labels, and tells which are likely errors by their noise rates: of each pair of a given and a confident label as many rows as the
 * joint distribution, scaled to the rows of the given label, has of them, those with the largest margin (prune by noise rate).
 */
export function labelQuality(labels: GivenLabels): LabelQuality {
  const { classes, given, probabilities } = labels;
  const rows = given.length;
  const selfConfidence = new Float64Array(rows);
  const normalisedMargin = new Float64Array(rows);
  const suggested = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = given[row]!;
    let other = own === 0 ? 1 : 0;
    for (let label = 0; label < classes; label++) {
      if (label !== own && probabilities[row * classes + label]! > probabilities[row * classes + other]!) other = label;
    }
    selfConfidence[row] = probabilities[row * classes + own]!;
    normalisedMargin[row] = (selfConfidence[row]! - probabilities[row * classes + other]! + 1) / 2;
    suggested[row] = other;
  }
  return { selfConfidence, normalisedMargin, suggested, isSuspicious: suspicious(labels, normalisedMargin) };
}

function suspicious(labels: GivenLabels, normalisedMargin: Float64Array): Uint8Array {
  const { classes, given, probabilities } = labels;
  const marks = new Uint8Array(given.length);
  const joint = confidentJoint(labels);
  const rowsOf = Array.from({ length: classes }, (): number[] => []);
  for (let row = 0; row < given.length; row++) rowsOf[given[row]!]!.push(row);
  for (let from = 0; from < classes; from++) {
    const counted = joint.subarray(from * classes, (from + 1) * classes);
    const total = counted.reduce((sum, count) => sum + count, 0);
    for (let to = 0; to < classes; to++) {
      const pruned = total === 0 ? 0 : Math.round((counted[to]! * rowsOf[from]!.length) / total);
      if (to === from || pruned === 0) continue;
      const margin = (row: number) => probabilities[row * classes + to]! - probabilities[row * classes + from]!;
      const worst = rowsOf[from]!.toSorted((a, b) => margin(b) - margin(a)).slice(0, pruned);
      // A label that is the likeliest one is none to look at.
      for (const row of worst) if (normalisedMargin[row]! < 0.5) marks[row] = 1;
    }
  }
  return marks;
}

import { ModelwrightError } from "@modelwright/contracts";
import type { CategoryColumn } from "../../frames/frame.ts";
import { counted } from "../../report-builder.ts";
import { seededRandom, shuffle } from "../../splits/seeded-random.ts";
import type { FeatureTarget } from "../feature-target.ts";
import { meanOf, varianceOf } from "../statistics.ts";
import { applyCodes, type CategoryCodes, compileCodes, fitCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

export interface TargetMeans {
  readonly codes: CategoryCodes;
  /** What comes out: one number, or one per class. */
  readonly width: number;
  /** `[codes, width]`, float32, row-major. */
  readonly means: readonly number[];
  /** How training rows were parted, so that none is told by its own target. */
  readonly folds: number;
  readonly seed: number;
}

const [FOLDS, SEED] = [5, 0];

/**
 * A category as the mean target of its training rows; of classes, as their shares. Few rows lean to the mean
 * of all, by as much as the target varies within the category compared with all (empirical Bayes, as
 * scikit-learn's `TargetEncoder` with `smooth="auto"`).
 */
export const targetMean: Encoder<"category", TargetMeans> = {
  kind: "category",
  isPlain: true,
  looksAtTarget: true,
  input: categoryInput,
  fit: (column, settings, target) => {
    const { folds = FOLDS } = settings;
    const codes = fitCodes(column, settings, true);
    return { codes, ...fitMeans(column, codes, columnsOf(column, target)), folds, seed: SEED };
  },
  features: (name, { width }) =>
    Array.from({ length: width }, (_, k) => ({ name: width === 1 ? `${name} target` : `${name} target ${k}` })),
  apply: (column, { codes, means, width }) => {
    const rows = applyCodes(column, codes);
    const found = new Float32Array(rows.length * width);
    for (const [row, code] of rows.entries())
      for (let k = 0; k < width; k++) found[row * width + k] = means[code * width + k]!;
    return found;
  },
  applyToTraining: (column, state, target) => {
    const { codes, width, folds, seed } = state;
    const targets = columnsOf(column, target);
    const order = shuffle([...column.codes.keys()], seededRandom(seed));
    const found = new Float32Array(order.length * width);
    for (let fold = 0; fold < folds; fold++) {
      const own = order.filter((_, place) => place % folds === fold);
      const others = order.filter((_, place) => place % folds !== fold);
      const seen = targets.map((values) => Float64Array.from(others, (row) => values[row]!));
      const applied = targetMean.apply(rowsAt(column, own), {
        ...state,
        ...fitMeans(rowsAt(column, others), codes, seen),
      });
      for (const [i, row] of own.entries()) found.set(applied.subarray(i * width, (i + 1) * width), row * width);
    }
    return found;
  },
  words: ({ codes: { kept }, folds }) =>
    `the mean of what is predicted by ${counted(kept.length, "category", "categories")}, training rows told out of ${folds} folds`,
  compile: (b, raw, { codes, means, width }) => {
    const code = b.op("Cast", [b.op("Squeeze", [compileCodes(b, raw, codes), b.ints([1])])], { to: 7 }); // [batch]
    return b.op("Gather", [b.constant("float32", [codes.count, width], means), code]);
  },
};

function rowsAt(column: CategoryColumn, rows: readonly number[]): CategoryColumn {
  return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) };
}

/** The target as numbers: itself, the second of two classes, or each of more. */
function columnsOf({ name }: CategoryColumn, target: FeatureTarget | undefined): Float64Array[] {
  if (target === undefined) {
    const setting = `the encoding of "${name}"`;
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting,
      rule: "by the target needs a target",
      got: "none",
    });
  }
  if (target.kind === "number") return [target.values];
  const classes = target.classes === 2 ? [1] : Array.from({ length: target.classes }, (_, k) => k);
  return classes.map((k) => Float64Array.from(target.codes, (code) => Number(code === k)));
}

function fitMeans(column: CategoryColumn, codes: CategoryCodes, targets: readonly Float64Array[]) {
  const rows = applyCodes(column, codes);
  const byTarget = targets.map((values) => smoothedMeans(rows, values, codes.count));
  const means = Array.from({ length: codes.count * targets.length }, (_, i) =>
    Math.fround(byTarget[i % targets.length]![Math.floor(i / targets.length)]!),
  );
  return { width: targets.length, means };
}

function smoothedMeans(codes: Float32Array, values: Float64Array, count: number): Float64Array {
  const [mean, variance] = [meanOf(values), varianceOf(values)];
  const [rows, sums, squares] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (const [row, code] of codes.entries()) {
    rows[code]!++;
    sums[code]! += values[row]!;
  }
  for (const [row, code] of codes.entries()) squares[code]! += (values[row]! - sums[code]! / rows[code]!) ** 2;
  return sums.map((sum, code) => {
    const trust = (variance * rows[code]!) / (variance * rows[code]! + squares[code]! / rows[code]!);
    return Number.isNaN(trust) ? mean : trust * (sum / rows[code]!) + (1 - trust) * mean;
  });
}

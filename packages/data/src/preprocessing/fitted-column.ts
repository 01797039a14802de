import type { GraphBuilder, Value } from "@modelwright/engine";
import type { Column } from "../frames/frame.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import type { Feature, FeatureInput } from "./feature-input.ts";
import type { FeatureTarget } from "./feature-target.ts";
import type { SeenRows, SeenValues } from "./steps/seen-rows.ts";
import { rowOf } from "./steps/step.ts";
import { type FittedStep, stepOf } from "./steps/table.ts";

/** What was learnt of a raw column. Plain JSON. */
export interface FittedColumn {
  readonly input: FeatureInput;
  readonly encoder: FittedEncoder;
  /** What follows, of plain numbers. */
  readonly steps: readonly FittedStep[];
  /** Whether codes become a 0 or 1 each. */
  readonly spreads: boolean;
  /** Whether a last column says that the value is missing. */
  readonly indicator: boolean;
}

export function columnFeatures(fitted: FittedColumn): Feature[] {
  const { name } = fitted.input;
  const { indicator, spreads } = fitted;
  const features = encodedFeatures(fitted).flatMap(({ categories, ...feature }) => {
    if (categories === undefined) return [feature];
    if (!spreads) return [{ ...feature, categories }];
    return Array.from({ length: categories }, (_, code) => ({ name: `${feature.name} ${code}` }));
  });
  return [...features, ...(indicator ? [{ name: `${name} missing` }] : [])].map((feature) => ({
    ...feature,
    from: name,
  }));
}

function encodedFeatures({ input: { name }, encoder: { encode, state } }: FittedColumn) {
  return encoderOf(encode).features(name, state);
}

/** What was done with a column: "the number, missing ones by the median, 3; scaled to mean 0 and deviation 1". */
export function columnInWords(fitted: FittedColumn): string {
  const {
    encoder: { encode, state },
    steps,
    indicator,
    spreads,
  } = fitted;
  const isSpread = spreads && encodedFeatures(fitted)[0]?.categories !== undefined;
  return [
    `${encoderOf(encode).words(state)}${isSpread ? ", a 0 or 1 for each" : ""}`,
    ...steps.map((step) => stepOf(step.step).words(step.state)),
    ...(indicator ? ["and whether it is missing"] : []),
  ].join(", ");
}

/** Whether what all columns say of a row tells what is missing in this one. */
export function columnLooksAround({ steps }: Pick<FittedColumn, "steps">): boolean {
  return steps.some(({ step }) => stepOf(step).looksAround === true);
}

/**
 * `[rows, features]`, row-major.
 *
 * @param seen What all columns say of the rows; there where the column looks around.
 */
export function applyColumn(fitted: FittedColumn, column: Column, seen?: SeenRows): Float32Array {
  const { encode, state } = fitted.encoder;
  return finish(fitted, encoderOf(encode).apply(column, state), seen);
}

/** As `applyColumn`, for the rows that were learnt from: none is told by its own target. */
export function applyColumnToTraining(
  fitted: FittedColumn,
  column: Column,
  { target, seen }: { readonly target: FeatureTarget | undefined; readonly seen?: SeenRows | undefined },
): Float32Array {
  const { encode, state } = fitted.encoder;
  const encoder = encoderOf(encode);
  return finish(fitted, (encoder.applyToTraining ?? encoder.apply)(column, state, target), seen);
}

function finish(fitted: FittedColumn, encoded: Float32Array, seen: SeenRows | undefined): Float32Array {
  const { steps, indicator, spreads } = fitted;
  const features = encodedFeatures(fitted);
  const width = features.length;
  const codes = features[0]?.categories;
  if (spreads && codes !== undefined) return spread(encoded, codes);
  const changed = steps.reduce((data, step) => stepOf(step.step).apply(data, width, step.state, seen), encoded);
  if (!indicator) return changed;
  const rows = encoded.length / width;
  const isMissing = Float32Array.from({ length: rows }, (_, row) => Number(Number.isNaN(encoded[row * width])));
  return besideEachOther([changed, isMissing], rows);
}

/** Codes `[rows]` as a 0 or 1 for each, `[rows, count]`; a missing one is 0 in all. */
function spread(codes: Float32Array, count: number): Float32Array {
  const hot = new Float32Array(codes.length * count);
  for (const [row, code] of codes.entries()) if (!Number.isNaN(code)) hot[row * count + code] = 1;
  return hot;
}

/** Raw `[batch, 1]`, or vectors, to float32 `[batch, features]`. */
export function compileColumn(b: GraphBuilder, raw: Value, fitted: FittedColumn, seen?: SeenValues): Value {
  const { encode, state } = fitted.encoder;
  const encoded = encoderOf(encode).compile(b, raw, state);
  const codes = encodedFeatures(fitted)[0]?.categories;
  if (fitted.spreads && codes !== undefined) {
    const places = rowOf(
      b,
      Array.from({ length: codes }, (_, code) => code),
    );
    return b.op("Cast", [b.op("Equal", [encoded, places])], { to: FLOAT32 });
  }
  const changed = fitted.steps.reduce((x, step) => stepOf(step.step).compile(b, x, step.state, seen), encoded);
  if (!fitted.indicator) return changed;
  // What is missing is missing in all of an encoder's numbers.
  const first = encoded.shape[1] === 1 ? encoded : b.op("Gather", [encoded, b.ints([0])], { axis: 1 });
  const isMissing = b.op("Cast", [b.op("IsNaN", [first])], { to: FLOAT32 });
  return b.op("Concat", [changed, isMissing], { axis: 1 });
}

/** Blocks `[rows, widths]` as one `[rows, Σ widths]`. */
export function besideEachOther(blocks: readonly Float32Array[], rows: number): Float32Array {
  if (blocks.length === 1) return blocks[0]!;
  const widths = blocks.map(({ length }) => (rows === 0 ? 0 : length / rows));
  const width = widths.reduce((sum, each) => sum + each, 0);
  const all = new Float32Array(rows * width);
  let from = 0;
  for (const [i, block] of blocks.entries()) {
    const own = widths[i]!;
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < own; k++) all[row * width + from + k] = block[row * own + k]!;
    from += own;
  }
  return all;
}

const FLOAT32 = 1;

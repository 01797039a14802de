import type { GraphBuilder, Value } from "@modelwright/engine";
import type { Column } from "../frames/frame.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import type { Feature, FeatureInput } from "./feature-input.ts";
import type { FeatureTarget } from "./feature-target.ts";
import { type FittedStep, stepOf } from "./steps/table.ts";

/** What was learnt of a raw column. Plain JSON. */
export interface FittedColumn {
  readonly input: FeatureInput;
  readonly encoder: FittedEncoder;
  /** What follows, of plain numbers. */
  readonly steps: readonly FittedStep[];
  /** Whether a last column says that the value is missing. */
  readonly indicator: boolean;
}

export function columnFeatures({ input: { name }, encoder: { encode, state }, indicator }: FittedColumn): Feature[] {
  const features = encoderOf(encode).features(name, state);
  return [...features, ...(indicator ? [{ name: `${name} missing` }] : [])].map((feature) => ({
    ...feature,
    from: name,
  }));
}

/** `[rows, features]`, row-major. */
export function applyColumn(fitted: FittedColumn, column: Column): Float32Array {
  const { encode, state } = fitted.encoder;
  return finish(fitted, encoderOf(encode).apply(column, state));
}

/** As `applyColumn`, for the rows that were learnt from: none is told by its own target. */
export function applyColumnToTraining(
  fitted: FittedColumn,
  column: Column,
  target: FeatureTarget | undefined,
): Float32Array {
  const { encode, state } = fitted.encoder;
  const encoder = encoderOf(encode);
  return finish(fitted, (encoder.applyToTraining ?? encoder.apply)(column, state, target));
}

function finish(
  { input, encoder: { encode, state }, steps, indicator }: FittedColumn,
  encoded: Float32Array,
): Float32Array {
  const width = encoderOf(encode).features(input.name, state).length;
  const changed = steps.reduce((data, step) => stepOf(step.step).apply(data, width, step.state), encoded);
  if (!indicator) return changed;
  const rows = encoded.length / width;
  const isMissing = Float32Array.from({ length: rows }, (_, row) => Number(Number.isNaN(encoded[row * width])));
  return besideEachOther([changed, isMissing], rows);
}

/** Raw `[batch, 1]` to float32 `[batch, features]`. */
export function compileColumn(b: GraphBuilder, raw: Value, fitted: FittedColumn): Value {
  const { encode, state } = fitted.encoder;
  const encoded = encoderOf(encode).compile(b, raw, state);
  const changed = fitted.steps.reduce((x, step) => stepOf(step.step).compile(b, x, step.state), encoded);
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

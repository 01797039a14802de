import { type Column, type TextColumn, takeRows } from "../frames/frame.ts";
import type { ColumnReading } from "./column-readings.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import { type FeatureInput, vectorFeed } from "./feature-input.ts";
import type { FeatureTarget } from "./feature-target.ts";
import type { FittedColumn } from "./fitted-column.ts";
import type { LearningRows } from "./steps/learning-rows.ts";
import { fitSteps } from "./steps/table.ts";

/**
 * Learns from training rows how a column becomes numbers.
 *
 * @param learning.around What all columns say of the rows; there where missing values are told by it.
 */
export function fitColumn(
  { column, encode, settings, feed, spreads }: ColumnReading,
  { target, around }: { readonly target: FeatureTarget | undefined; readonly around?: LearningRows | undefined },
): FittedColumn {
  const { name, kind } = column;
  const encoder = encoderOf(encode);
  const state = learntOf(column, { encode, settings, target });
  const fitted = {
    input: {
      name,
      kind,
      ...(encoder.readsVectors === true ? { vector: vectorInput(column, feed) } : { feed }),
      ...encoder.input?.(column, settings),
    },
    encoder: { encode, state } as FittedEncoder,
    spreads: spreads && !encoder.isPlain,
  };
  if (!encoder.isPlain) return { ...fitted, steps: [], indicator: false };
  const data = encoder.apply(someRows(column, encoder.mostRows), state);
  const width = encoder.features(name, state).length;
  const { missing, outliers, scale, clip, indicator = false } = settings;
  const steps = fitSteps(data, width, { outliers, missing: missing === "own" ? "keep" : missing, scale, clip }, around);
  return { ...fitted, steps, indicator: indicator && data.some(Number.isNaN) };
}

/** What was learnt of columns, by their encoding and the settings that it reads. */
const shared = new WeakMap<Column, Map<string, unknown>>();

function learntOf(
  column: Column,
  {
    encode,
    settings,
    target,
  }: Pick<ColumnReading, "encode" | "settings"> & { readonly target: FeatureTarget | undefined },
): unknown {
  const { sharedBy, fit } = encoderOf(encode);
  if (sharedBy === undefined) return fit(column, settings, target);
  const known = shared.get(column) ?? new Map<string, unknown>();
  shared.set(column, known);
  const key = JSON.stringify([encode, ...sharedBy.map((setting) => settings[setting] ?? null)]);
  const state = known.has(key) ? known.get(key) : fit(column, settings, target);
  known.set(key, state);
  return state;
}

function vectorInput(column: Column, feed: string): NonNullable<FeatureInput["vector"]> {
  const { encoder, width } = (column as TextColumn).vectors!;
  return { feed: vectorFeed(feed), encoder, width };
}

/** At most so many rows, from everywhere. */
function someRows(column: Column, most = Number.POSITIVE_INFINITY): Column {
  const rows = column.kind === "category" ? column.codes.length : column.values.length;
  const stride = Math.ceil(rows / most);
  if (stride <= 1) return column;
  const taken = Int32Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  return takeRows({ rows, columns: [column] }, taken).columns[0]!;
}

import { ModelwrightError } from "@modelwright/contracts";
import { type AnyTensor, tensor } from "@modelwright/engine";
import { countedText } from "../features/counted-text.ts";
import type { Column, ColumnKind, ColumnOf, Frame } from "../frames/frame.ts";
import { vectorsOf } from "./encoders/embedding.ts";
import { type FeatureInput, MISSING_DATE } from "./feature-input.ts";

type Feed<K extends ColumnKind> = (column: ColumnOf<K>, input: FeatureInput) => AnyTensor;

const FEEDS: { readonly [K in ColumnKind]: Feed<K> } = {
  number: ({ values }) => tensor("float32", [values.length, 1], Float32Array.from(values)),
  category: (column, input) => {
    if (input.unknown === "refuse") refuseUnknown(column, input);
    const { codes, categories } = column;
    return tensor(
      "string",
      [codes.length, 1],
      Array.from(codes, (code) => categories[code] ?? ""),
    );
  },
  date: ({ values }) =>
    tensor(
      "int64",
      [values.length, 1],
      BigInt64Array.from(values, (value) => (Number.isNaN(value) ? MISSING_DATE : BigInt(Math.trunc(value)))),
    ),
  text: ({ values }, { text }) =>
    tensor("string", [values.length, 1], text === undefined ? values : values.map((each) => countedText(each, text))),
};

/**
 * What a graph of fitted features is fed for the rows of a frame, but for vectors of texts.
 *
 * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING`, `FEATURES_COLUMN_KIND`; `FEATURES_CATEGORY_UNKNOWN`
 *   where new categories are refused.
 */
export function valueFeeds(inputs: readonly FeatureInput[], frame: Frame): Record<string, AnyTensor> {
  const columns = columnsOf(inputs, frame);
  return Object.fromEntries(
    inputs.flatMap((input, i) =>
      input.feed === undefined
        ? []
        : [[input.feed, (FEEDS[input.kind] as Feed<ColumnKind>)(columns[i]!, input)] as const],
    ),
  );
}

/** The vectors of texts that such a graph is fed; the frame has them. */
export function vectorFeeds(inputs: readonly FeatureInput[], frame: Frame): Record<string, AnyTensor> {
  const columns = columnsOf(inputs, frame);
  return Object.fromEntries(
    inputs.flatMap(({ vector }, i) =>
      vector === undefined ? [] : [[vector.feed, vectorTensor(columns[i]!)] as const],
    ),
  );
}

/** All that such a graph is fed. */
export function frameFeeds(inputs: readonly FeatureInput[], frame: Frame): Record<string, AnyTensor> {
  return { ...valueFeeds(inputs, frame), ...vectorFeeds(inputs, frame) };
}

function vectorTensor(column: Column): AnyTensor {
  const vectors = column.kind === "text" ? column.vectors : undefined;
  if (vectors === undefined) throw new Error(`no encoder has read "${column.name}"`);
  return tensor("float32", [vectors.places.length, vectors.width], vectorsOf(vectors));
}

/** The columns of the inputs, in their order. */
export function columnsOf(inputs: readonly FeatureInput[], { columns }: Frame): readonly Column[] {
  return inputs.map(({ name, kind }) => {
    const column = columns.find((each) => each.name === name);
    if (column === undefined)
      throw new ModelwrightError("FEATURES_COLUMN_MISSING", {
        column: name,
        available: columns.map((each) => each.name),
      });
    if (column.kind !== kind)
      throw new ModelwrightError("FEATURES_COLUMN_KIND", { column: name, expected: kind, got: column.kind });
    return column;
  });
}

function refuseUnknown(
  { name, codes, categories }: ColumnOf<"category">,
  { categories: known = [] }: FeatureInput,
): void {
  const isKnown = new Set(known);
  const unknown = new Set(
    categories.flatMap((category, code) => (isKnown.has(category) || category === "" ? [] : [code])),
  );
  const row = unknown.size === 0 ? -1 : codes.findIndex((code) => unknown.has(code));
  if (row < 0) return;
  const value = categories[codes[row]!]!;
  throw new ModelwrightError("FEATURES_CATEGORY_UNKNOWN", { row: row + 1, column: name, value, known });
}

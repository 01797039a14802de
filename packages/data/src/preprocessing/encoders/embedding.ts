import { ModelwrightError } from "@modelwright/contracts";
import type { TextVectors } from "../../frames/frame.ts";
import { type Projection, project } from "../reduction/project.ts";
import { fitProjection } from "../reduction/projections.ts";
import type { Encoder } from "./encoder.ts";

export interface Embedding {
  readonly width: number;
  /** The main directions of training texts. Absent: the vector stays as it is. */
  readonly projection?: Projection;
}

const DIRECTIONS = 64;
/** Texts that directions are learnt from, at most. */
const MOST_TEXTS = 5000;

/**
 * The vector that a pretrained encoder has made of a text before (`TextColumn.vectors`), whole or in the main
 * directions of the training texts. A missing text has no numbers.
 */
export const embedding: Encoder<"text", Embedding> = {
  kind: "text",
  isPlain: true,
  readsVectors: true,
  sharedBy: ["components"],
  input: ({ cures }) => (cures === undefined ? {} : { cures }),
  fit: ({ name, vectors }, { components = DIRECTIONS }) => {
    if (vectors === undefined)
      throw new ModelwrightError("FEATURES_SETTING_INVALID", {
        setting: `"${name}", encoded by embedding,`,
        rule: "needs the vectors of its texts",
        got: "none",
      });
    const { width } = vectors;
    if (components >= width) return { width };
    const data = rowsOf(vectors, MOST_TEXTS);
    return { width, projection: fitProjection({ data, width, target: undefined }, { by: "pca", components }) };
  },
  features: (name, { width, projection }) =>
    Array.from({ length: projection?.components ?? width }, (_, k) => ({ name: `${name} vector ${k + 1}` })),
  apply: ({ vectors }, { projection }) =>
    vectorsOf(projection === undefined ? vectors! : projectedVectors(vectors!, projection)),
  words: ({ width, projection }) =>
    projection === undefined
      ? `a vector of ${width} numbers`
      : `${projection.components} main directions of vectors of ${width} numbers`,
  compile: (b, raw, { projection }) =>
    projection === undefined ? b.op("Identity", [raw]) : b.scope(raw.name, () => project.compile(b, raw, projection)),
};

/** What was made of all vectors of a table: the rows that are asked for again and again are those of one. */
const projected = new WeakMap<Float32Array, WeakMap<Projection, Float32Array>>();

function projectedVectors({ width, table, ...vectors }: TextVectors, projection: Projection): TextVectors {
  const known = projected.get(table) ?? new WeakMap<Projection, Float32Array>();
  projected.set(table, known);
  const all = known.get(projection) ?? project.apply(table, width, projection);
  known.set(projection, all);
  return { ...vectors, width: projection.components, table: all };
}

/** The vector of each row, `[rows, width]`; NaN where the text is missing. */
export function vectorsOf({ width, table, places }: TextVectors): Float32Array {
  const all = new Float32Array(places.length * width).fill(Number.NaN);
  for (const [row, place] of places.entries())
    if (place >= 0) all.set(table.subarray(place * width, (place + 1) * width), row * width);
  return all;
}

/** Vectors of rows from everywhere that have a text. */
function rowsOf(vectors: TextVectors, most: number): Float32Array {
  const filled = vectors.places.filter((place) => place >= 0);
  const stride = Math.ceil(filled.length / most);
  return vectorsOf({ ...vectors, places: filled.filter((_, row) => row % stride === 0) });
}

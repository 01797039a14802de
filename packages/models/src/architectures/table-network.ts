import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { periodicEmbedding } from "../layers/periodic-embedding.ts";
import { heNormal, normal } from "../parameters/initializers.ts";

export interface TableNetworkConfig {
  /** What each feature is: a category's codes, of which there are so many, or a number. */
  readonly features: readonly { readonly categories?: number | undefined }[];
  /** Width of the result: classes, or 1 for a number. */
  readonly outputs: number;
  /** Widths of the hidden layers. Default 256 and 256. */
  readonly hidden?: readonly number[];
}

const HIDDEN = [256, 256];
/** Of the vector of a category at most. */
const CATEGORY_WIDTH = 8;

/**
 * A dense network over the columns of a table: numbers as periodic embeddings, categories as learned vectors.
 *
 * @param x float32 `[batch, features]`: numbers about as large as 1, and codes 0 … categories − 1, of which NaN counts as 0.
 * @returns float32 `[batch, outputs]`.
 */
export function tableNetwork(c: LayerContext, x: Value, config: TableNetworkConfig): Value {
  const { features, outputs, hidden = HIDDEN } = config;
  const places = [...features.keys()];
  const numbers = places.filter((place) => features[place]!.categories === undefined);
  const codes = places.filter((place) => features[place]!.categories !== undefined);
  const vectors = c.scope("embeddings", () => [
    ...(numbers.length === 0 ? [] : [periodicEmbedding(c, columns(c, x, numbers), { name: "numbers" })]),
    ...codes.map((place) => category(c, columns(c, x, [place]), place, features[place]!.categories!)),
  ]);
  let y = vectors.length === 1 ? vectors[0]! : c.b.op("Concat", vectors, { axis: 1 });
  for (const [i, width] of hidden.entries()) {
    y = dense(c, y, { name: `hidden${i}`, width, initializer: heNormal }); // [B, width]
    y = dropout(c, activation(c, y, "silu"), `hidden${i}`);
  }
  return c.scope("head", () => dense(c, y, { name: "output", width: outputs })); // [B, outputs]
}

function columns({ b }: LayerContext, x: Value, places: readonly number[]): Value {
  return b.op("Gather", [x, b.ints(places)], { axis: 1 });
}

/** float32 `[batch, width]` of codes `[batch, 1]`. */
function category(c: LayerContext, code: Value, place: number, rows: number): Value {
  const { b } = c;
  const given = b.op("Where", [b.op("IsNaN", [code]), b.scalar(0), code]);
  const ids = b.op("Cast", [given], { to: 7 });
  const width = Math.min(CATEGORY_WIDTH, Math.ceil(rows / 2) + 1);
  const initializer = normal(1 / Math.sqrt(width));
  const vectors = embedding(c, ids, { name: `category${place}`, rows, width, initializer }); // [B, 1, width]
  return b.op("Squeeze", [vectors, b.ints([1])]);
}
